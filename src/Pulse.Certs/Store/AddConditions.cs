namespace Pulse.Certs;

/// <summary>What must hold for a certificate to be added.</summary>
public sealed record AddConditions
{
    /// <summary>How many certificates of the device may be neither expired nor revoked for good, the new one included.</summary>
    public required int MaxActive { get; init; }

    /// <summary>The certificate that the new one replaces; null when it replaces none.</summary>
    public RotationTerms? Rotation { get; init; }
}
