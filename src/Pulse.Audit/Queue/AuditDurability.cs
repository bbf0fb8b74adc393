namespace Pulse.Audit;

/// <summary>How safe an accepted event is.</summary>
public enum AuditDurability
{
    /// <summary>In memory, on its way. It survives whatever happens to the database, not the death of the process.</summary>
    Queued,

    /// <summary>Synchronised to this machine's disk, in the spill folder; stored once the database takes it.</summary>
    Spilled,

    /// <summary>Committed to the database.</summary>
    Committed,
}
