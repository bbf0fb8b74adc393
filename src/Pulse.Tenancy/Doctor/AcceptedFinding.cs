namespace Pulse.Tenancy;

/// <summary>A finding that the baseline accepts.</summary>
/// <param name="Finding">The finding.</param>
/// <param name="Reason">Why it is accepted, in the baseline's words.</param>
public sealed record AcceptedFinding(DoctorFinding Finding, string Reason);
