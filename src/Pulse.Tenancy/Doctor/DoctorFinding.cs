namespace Pulse.Tenancy;

/// <summary>One place of a database where a rule is broken.</summary>
public sealed record DoctorFinding
{
    /// <summary>The rule.</summary>
    public required DoctorRule Rule { get; init; }

    /// <summary>How bad it is here.</summary>
    public required DoctorSeverity Severity { get; init; }

    /// <summary>The object, its kind first: <c>table public.devices</c>, <c>policy oops on public.devices</c>, <c>role pulse_app</c>.</summary>
    public required string Place { get; init; }

    /// <summary>What was found, in one sentence.</summary>
    public required string Message { get; init; }

    /// <summary>Statements that mend it, to be read before they are run; null where a person must decide.</summary>
    public string? FixSql { get; init; }
}
