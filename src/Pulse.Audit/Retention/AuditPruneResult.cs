namespace Pulse.Audit;

/// <summary>Whether a month was taken out of the trail, or why not.</summary>
public enum AuditPruneResult
{
    /// <summary>Taken out; the marker is signed and its events' hashes stay.</summary>
    Pruned,

    /// <summary>It is not over, or has no partition: it may have been taken out before.</summary>
    NoSuchMonth,

    /// <summary>A legal hold covers some of it.</summary>
    OnHold,

    /// <summary>Some of its events are not sealed yet.</summary>
    NotSealed,

    /// <summary>Some of its events, or the sealed log itself, do not hold: verify the trail first.</summary>
    Broken,

    /// <summary>Another replica is sealing right now, or an event of the month was stored meanwhile: try again.</summary>
    Busy,
}
