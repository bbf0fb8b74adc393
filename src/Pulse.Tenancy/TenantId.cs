using Pulse.Shared;

namespace Pulse.Tenancy;

/// <summary>
/// A validated tenant identifier: 1 to 63 characters matching <c>[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?</c>.
/// </summary>
/// <remarks>Made only by <see cref="Parse"/> and <see cref="TryParse"/>; <c>default(TenantId)</c> is refused by every member that takes one.</remarks>
public readonly record struct TenantId
{
    private readonly string? _value;

    private TenantId(string value) => _value = value;

    /// <summary>The identifier's text.</summary>
    /// <exception cref="InvalidOperationException">This is <c>default(TenantId)</c>: no tenant at all.</exception>
    public string Value => _value
        ?? throw new InvalidOperationException("default(TenantId) names no tenant. Make one with TenantId.Parse or TenantId.TryParse.");

    /// <summary>Reads an identifier that is expected to be well-formed.</summary>
    /// <param name="value">The text, exactly as authenticated: neither trimmed nor lower-cased here.</param>
    /// <exception cref="FormatException">The text is no tenant identifier; the message does not repeat it.</exception>
    public static TenantId Parse(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return TryParse(value, out var tenant)
            ? tenant
            : throw new FormatException(
                "Not a tenant identifier: expected 1 to 63 characters of a-z, 0-9 and '-', neither beginning nor ending with '-'.");
    }

    /// <summary>Reads an identifier from untrusted text.</summary>
    /// <param name="value">The text to read.</param>
    /// <param name="tenant">The identifier, or <c>default</c> when the answer is false.</param>
    /// <returns>Whether the text is a tenant identifier.</returns>
    public static bool TryParse(ReadOnlySpan<char> value, out TenantId tenant)
    {
        if (!IdentifierGrammar.IsTenant(value))
        {
            tenant = default;
            return false;
        }

        tenant = new TenantId(value.ToString());
        return true;
    }

    /// <summary>The identifier's text, or <c>(none)</c> for <c>default(TenantId)</c>.</summary>
    public override string ToString() => _value ?? "(none)";
}
