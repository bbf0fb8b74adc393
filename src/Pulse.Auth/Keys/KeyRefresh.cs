namespace Pulse.Auth;

/// <summary>What a request that needs keys got.</summary>
internal enum KeyRefresh
{
    /// <summary>There are newer keys.</summary>
    Done,

    /// <summary>The fetch failed, or the last one did and the pause after it is not over.</summary>
    Failed,

    /// <summary>No fetch: one has just looked for this key in vain, or unknown key identifiers have used up theirs.</summary>
    Throttled,
}
