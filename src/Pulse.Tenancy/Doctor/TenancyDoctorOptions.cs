namespace Pulse.Tenancy;

/// <summary>What <see cref="TenancyDoctor"/> looks for and accepts.</summary>
public sealed class TenancyDoctorOptions
{
    /// <summary>The role tenants' statements run as; the same as <see cref="PulseTenancyOptions.AppRole"/>. Default <c>pulse_app</c>.</summary>
    public string AppRole { get; set; } = "pulse_app";

    /// <summary>Findings that are accepted. Default none.</summary>
    public DoctorBaseline Baseline { get; set; } = DoctorBaseline.Empty;

    /// <summary>
    /// Accepts a server older than the minor releases of 12 November 2026 (15.20, 16.16, 17.12, 18.7), which mend published
    /// holes in row security: finding T32 is then a warning instead of an error. Default false; at a host's start the
    /// Development environment implies it.
    /// </summary>
    public bool AcceptServerBelowSecurityFloor { get; set; }

    /// <summary>What the host does with findings as it starts. Default <see cref="DoctorAtStart.Enforce"/>.</summary>
    public DoctorAtStart AtStart { get; set; }
}
