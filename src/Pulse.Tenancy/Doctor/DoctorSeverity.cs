namespace Pulse.Tenancy;

/// <summary>How bad a finding of <see cref="TenancyDoctor"/> is.</summary>
public enum DoctorSeverity
{
    /// <summary>Worth knowing; nothing to mend, or a matter of taste.</summary>
    Note,

    /// <summary>A second line of defence is missing, something leaks a little, or runs slowly.</summary>
    Warning,

    /// <summary>A tenant can reach rows of another, or one careless statement is enough.</summary>
    Error,
}
