namespace Pulse.Certs;

/// <summary>What a certificate is issued for.</summary>
public enum CertificatePurpose
{
    /// <summary>A device that connects: clientAuth.</summary>
    Device,

    /// <summary>An endpoint that devices connect to: serverAuth.</summary>
    Server,
}
