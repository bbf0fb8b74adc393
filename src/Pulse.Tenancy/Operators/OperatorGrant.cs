using System.Text;

namespace Pulse.Tenancy;

/// <summary>Why an operator looks across tenants, and for how long. Its row is committed before any of the operator's statements runs.</summary>
public sealed class OperatorGrant
{
    /// <summary>Shortest reason, in Unicode characters.</summary>
    public const int MinReasonLength = 10;

    /// <summary>Longest reason, in Unicode characters.</summary>
    public const int MaxReasonLength = 500;

    /// <summary>Longest actor, in Unicode characters.</summary>
    public const int MaxActorLength = 200;

    /// <summary>Longest lifetime of a grant.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromMinutes(15);

    /// <summary>Makes a grant. Nothing is written before a batch with it runs.</summary>
    /// <param name="actor">Who: the subject of the authenticated operator, 1 to 200 characters.</param>
    /// <param name="reason">Why, in the operator's words: 10 to 500 characters, see <see cref="IsValidReason"/>.</param>
    /// <param name="lifetime">How long the grant may be used: above zero, at most 15 minutes.</param>
    /// <param name="target">The tenant it is about; null when it is about several.</param>
    /// <exception cref="ArgumentException">The actor or the reason is not acceptable.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The lifetime is not acceptable.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="target"/> is <c>default(TenantId)</c>.</exception>
    public OperatorGrant(string actor, string reason, TimeSpan lifetime, TenantId? target = null)
    {
        if (!IsText(actor, 1, MaxActorLength))
        {
            throw new ArgumentException("An actor is 1 to 200 characters, not blank and without control characters.", nameof(actor));
        }

        if (!IsValidReason(reason))
        {
            throw new ArgumentException(
                "A reason is 10 to 500 characters without control characters, neither beginning nor ending with white space.", nameof(reason));
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, MaxLifetime);
        _ = target?.Value;

        Actor = actor;
        Reason = reason;
        Lifetime = lifetime;
        Target = target;
    }

    /// <summary>The grant's identity, made here so that it can travel with the statements that need it.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>Who.</summary>
    public string Actor { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }

    /// <summary>How long the grant may be used, counted by the server from when its row is written.</summary>
    public TimeSpan Lifetime { get; }

    /// <summary>The tenant it is about, or null. Recorded, and answered by <c>pulse.tenant_id()</c>; it restricts no rows.</summary>
    public TenantId? Target { get; }

    /// <summary>
    /// Whether a text can be a reason: 10 to 500 Unicode characters, no control characters, well-formed, and no white space
    /// at either end.
    /// </summary>
    /// <param name="reason">The text; null is none.</param>
    public static bool IsValidReason(string? reason) => IsText(reason, MinReasonLength, MaxReasonLength);

    // Characters are counted as PostgreSQL counts them, so that what is accepted here is accepted there.
    private static bool IsText(string? text, int min, int max)
    {
        if (string.IsNullOrEmpty(text) || char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]))
        {
            return false;
        }

        var length = 0;
        for (var i = 0; i < text.Length; length++)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune) || Rune.IsControl(rune))
            {
                return false;
            }

            i += rune.Utf16SequenceLength;
        }

        return length >= min && length <= max;
    }
}
