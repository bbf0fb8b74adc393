namespace Pulse.Certs;

/// <summary>What a validated certificate is to be used for.</summary>
public enum CertificatePathPurpose
{
    /// <summary>To authenticate a client in TLS: clientAuth in every extended key usage along the path.</summary>
    Client,

    /// <summary>To authenticate a server in TLS: serverAuth in every extended key usage along the path.</summary>
    Server,

    /// <summary>Anything: no extended key usage is looked at.</summary>
    Any,
}
