namespace Pulse.Tenancy;

/// <summary>One thing <see cref="TenancyDoctor"/> looks for.</summary>
/// <param name="Id">Its identifier, such as <c>T02</c>: stable, never reused; what a baseline names.</param>
/// <param name="Name">Its name in a few hyphenated words.</param>
/// <param name="Severity">How bad a finding usually is; a single finding may be milder.</param>
/// <param name="Explanation">Why it matters, in a sentence or two.</param>
public sealed record DoctorRule(string Id, string Name, DoctorSeverity Severity, string Explanation);
