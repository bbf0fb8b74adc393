namespace Pulse.Certs;

/// <summary>How a new certificate takes the place of a current one.</summary>
/// <param name="CurrentSerialNumber">The current one, of the same device; lower-case hexadecimal digits.</param>
/// <param name="RevokeAfter">When the current one is to be revoked at the latest; not after the issue means with it, in the same transaction.</param>
public sealed record RotationTerms(string CurrentSerialNumber, DateTimeOffset RevokeAfter);
