namespace Pulse.Certs;

/// <summary>Settings of the certificate authority.</summary>
public sealed class PulseCertsOptions
{
    /// <summary>The configuration section these settings are bound to by convention.</summary>
    public const string SectionName = "Pulse:Certs";

    /// <summary>How long a device's certificate is valid, cut to the issuer's own end. Default 90 days; 1 hour to 10 years.</summary>
    public TimeSpan DeviceLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long a server's certificate is valid, cut to the issuer's own end. Default 90 days; 1 hour to 10 years.</summary>
    public TimeSpan ServerLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How far a certificate's start lies in the past, for devices whose clocks are slow. Default 5 minutes; 0 to 1 hour.</summary>
    public TimeSpan Backdate { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Largest request, in bytes of DER; a larger one is refused before it is parsed. Default 16,384; 256 to 65,536.</summary>
    public int MaxCsrBytes { get; set; } = 16 * 1024;

    /// <summary>
    /// How long a rotated certificate stays good beside its successor, unless that is seen in use before. Default 7 days; 0, which
    /// revokes it with the rotation, to 90 days. An overlap needs <see cref="MaxActivePerDevice"/> of 2 or more.
    /// </summary>
    public TimeSpan RotationOverlap { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How often overlaps whose time has come are looked for. Default 1 minute; 1 second to 1 hour.</summary>
    public TimeSpan RotationCheck { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many live certificates a device may have, so that one can replace another. Default 2; 1 to 16.</summary>
    public int MaxActivePerDevice { get; set; } = 2;

    /// <summary>How often the revoked serial numbers are read from the store again. Default 30 seconds; 1 second to <see cref="RevocationMaxStaleness"/>.</summary>
    public TimeSpan RevocationRefresh { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Age at which the revoked serial numbers are too old and every device is refused. Default 5 minutes; up to 1 hour.</summary>
    public TimeSpan RevocationMaxStaleness { get; set; } = TimeSpan.FromMinutes(5);
}
