namespace Pulse.Certs;

/// <summary>Settings of the certificate authority.</summary>
public sealed class PulseCertsOptions
{
    /// <summary>The configuration section these settings are bound to by convention.</summary>
    public const string SectionName = "Pulse:Certs";

    internal const int DefaultMaxCsrBytes = 16 * 1024;

    /// <summary>How long a device's certificate is valid, cut to the issuer's own end. Default 90 days; 1 hour to 10 years.</summary>
    public TimeSpan DeviceLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long a server's certificate is valid, cut to the issuer's own end. Default 90 days; 1 hour to 10 years.</summary>
    public TimeSpan ServerLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How far a certificate's start lies in the past, for devices whose clocks are slow. Default 5 minutes; 0 to 1 hour.</summary>
    public TimeSpan Backdate { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Where the issuer's complete CRL is published, for the extension CRLDistributionPoints of what is issued from now on: an absolute
    /// http URL (RFC 5280 §4.2.1.13; who fetches a CRL over https would need another one first). Default null, no extension.
    /// </summary>
    public Uri? CrlUrl { get; set; }

    /// <summary>Largest request, in bytes of DER; a larger one is refused before it is parsed. Default 16,384; 256 to 65,536.</summary>
    public int MaxCsrBytes { get; set; } = DefaultMaxCsrBytes;

    /// <summary>
    /// A file of keys that are never certified, whoever proves to hold them: keys of broken generators (such as Debian's of 2006 to
    /// 2008, CVE-2008-0166), keys that share a prime, keys that were published. One key a line, as the SHA-256 of its
    /// SubjectPublicKeyInfo in 64 hexadecimal digits; empty lines and those that begin with # are passed over. Read once, when the host
    /// starts; one that cannot be read keeps it from starting. Default null, no list; at most 80 MiB, about 1.2 million keys.
    /// </summary>
    public string? BlockedKeysFile { get; set; }

    /// <summary>
    /// How long a rotated certificate stays good beside its successor, unless that is seen in use before. Default 7 days; 0, which
    /// revokes it with the rotation, to 90 days. An overlap needs <see cref="MaxActivePerDevice"/> of 2 or more.
    /// </summary>
    public TimeSpan RotationOverlap { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How often overlaps whose time has come are looked for. Default 1 minute; 1 second to 1 hour.</summary>
    public TimeSpan RotationCheck { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many live certificates a device may have, so that one can replace another. Default 2; 1 to 16.</summary>
    public int MaxActivePerDevice { get; set; } = 2;

    /// <summary>
    /// When a device's certificate that nothing replaces is announced, before its end. Default 30, 14, 7, 3 and 1 days; one to ten
    /// different times of 1 minute to 365 days.
    /// </summary>
    public IReadOnlyList<TimeSpan> ExpiryThresholds { get; set; } =
        [TimeSpan.FromDays(30), TimeSpan.FromDays(14), TimeSpan.FromDays(7), TimeSpan.FromDays(3), TimeSpan.FromDays(1)];

    /// <summary>
    /// The same for a certificate that lives for less than twice the longest of <see cref="ExpiryThresholds"/>: the share of its life
    /// that is left, in percent. Default 33, 15, 8, 3 and 1; one to ten different numbers of 1 to 50.
    /// </summary>
    public IReadOnlyList<int> ShortExpiryPercentages { get; set; } = [33, 15, 8, 3, 1];

    /// <summary>How often ending certificates are looked for. Default 1 hour; 1 minute to 1 day.</summary>
    public TimeSpan ExpiryCheck { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often the revoked serial numbers are read from the store again. Default 30 seconds; 1 second to <see cref="RevocationMaxStaleness"/>.</summary>
    public TimeSpan RevocationRefresh { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Age at which the revoked serial numbers are too old and every device is refused. Default 5 minutes; up to 1 hour.</summary>
    public TimeSpan RevocationMaxStaleness { get; set; } = TimeSpan.FromMinutes(5);
}
