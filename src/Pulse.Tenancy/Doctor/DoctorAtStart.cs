namespace Pulse.Tenancy;

/// <summary>What a host does with the doctor's findings when it starts.</summary>
public enum DoctorAtStart
{
    /// <summary>Refuses to start while anything of severity Error is found; the rest is logged.</summary>
    Enforce,

    /// <summary>Logs what is found and starts.</summary>
    Warn,

    /// <summary>Does not look.</summary>
    Off,
}
