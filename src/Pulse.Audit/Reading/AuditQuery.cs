namespace Pulse.Audit;

/// <summary>What is looked for in the trail. Every condition that is set must hold.</summary>
public sealed class AuditQuery
{
    /// <summary>Events of a page when nothing else is said.</summary>
    public const int DefaultPageSize = 100;

    /// <summary>Most events of a page.</summary>
    public const int MaxPageSize = 1_000;

    /// <summary>Not before this time.</summary>
    /// <value>Default: null, no limit.</value>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this time.</summary>
    /// <value>Default: null, no limit.</value>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The event type, exactly.</summary>
    /// <value>Default: null, any.</value>
    public string? Type { get; init; }

    /// <summary>The tenant; a tenant's own connection sees no other one anyway.</summary>
    /// <value>Default: null, any.</value>
    public string? TenantId { get; init; }

    /// <summary>Who did it, exactly as recorded.</summary>
    /// <value>Default: null, anybody.</value>
    public string? Actor { get; init; }

    /// <summary>How it ended.</summary>
    /// <value>Default: null, any.</value>
    public AuditOutcome? Outcome { get; init; }

    /// <summary>The W3C trace id.</summary>
    /// <value>Default: null, any.</value>
    public string? TraceId { get; init; }

    /// <summary>Most events of the page.</summary>
    /// <value>Default: <see cref="DefaultPageSize"/>. Range: 1 to <see cref="MaxPageSize"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">Outside that range.</exception>
    public int PageSize
    {
        get;
        init => field = Checked(value);
    }

        = DefaultPageSize;

    /// <summary><see cref="AuditPage.Next"/> of the page before.</summary>
    /// <value>Default: null, the newest events.</value>
    public string? After { get; init; }

    internal static int Checked(int size) => size is >= 1 and <= MaxPageSize
        ? size
        : throw new ArgumentOutOfRangeException(nameof(size), size, $"A page holds 1 to {MaxPageSize} events.");
}
