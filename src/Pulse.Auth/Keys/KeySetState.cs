namespace Pulse.Auth;

/// <summary>How fit the keys of an issuer are for use.</summary>
internal enum KeySetState
{
    Fresh = 0,

    /// <summary>In use, but a refresh is overdue: a withdrawn key is still trusted.</summary>
    Stale,

    /// <summary>None fetched yet, or too old: requests get 503.</summary>
    Unusable,
}
