namespace Pulse.Audit;

/// <summary>What a verification came to, from best to worst: the verdict of a trail is the worst of its findings.</summary>
public enum AuditVerdict
{
    /// <summary>Everything is there and as it was written, and sealed.</summary>
    Ok,

    /// <summary>Intact, but the newest events are not sealed yet.</summary>
    Unsealed,

    /// <summary>Intact, but events were taken out by retention, which a signed marker says.</summary>
    Pruned,

    /// <summary>Intact, but the trail itself declares that events were lost before they could be stored.</summary>
    Gap,

    /// <summary>
    /// The chain holds, but events stand in quarantine, where no query shows them. Whether the database refused them or somebody moved
    /// them there, the trail cannot tell: compare each with the application's log of that time.
    /// </summary>
    Quarantined,

    /// <summary>Events that were there are not there any more, or a checkpoint that was given out says that there were more.</summary>
    Missing,

    /// <summary>Something was changed, or signed by a key that may not sign it.</summary>
    Tampered,
}
