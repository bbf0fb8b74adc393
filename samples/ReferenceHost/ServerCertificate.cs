using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pulse.Certs;

namespace Pulse.ReferenceHost;

/// <summary>
/// The MQTT listeners' certificate: made at each start, signed by the device CA. Its private key never leaves this
/// process's memory.
/// </summary>
internal sealed class ServerCertificate(IDeviceCertificateAuthority authority, CertificateSettings settings) : IDisposable
{
    private X509Certificate2? _certificate;

    public X509Certificate2 Value => _certificate
        ?? throw new InvalidOperationException("The server certificate is issued before the listeners start.");

    public async Task IssueAsync(string address, CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        var names = new ServerNames(["localhost", .. settings.ServerNames], [IPAddress.Parse(address)]);
        var result = await authority.IssueServerAsync(names, request, cancellationToken);
        if (result.Certificate is not { } issued)
        {
            throw new InvalidOperationException($"The CA refused the server certificate: {result.Refusal}.");
        }

        using var publicOnly = X509CertificateLoader.LoadCertificate(issued.Der.Span);
        _certificate = publicOnly.CopyWithPrivateKey(key);
    }

    public void Dispose() => _certificate?.Dispose();
}
