using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Npgsql;
using Pulse.Certs;

namespace Pulse.ReferenceHost;

/// <summary>
/// The MQTT listeners' certificate: made at each start, signed by the device CA and entered in its log. Its private key
/// never leaves this process's memory.
/// </summary>
internal sealed class ServerCertificate : IDisposable
{
    private ServerCertificate(IssuedCertificate issued, X509Certificate2 value)
    {
        Issued = issued;
        Value = value;
    }

    public IssuedCertificate Issued { get; }

    public X509Certificate2 Value { get; }

    /// <summary>Issues it with an authority of its own: the web server wants its certificate before the host exists.</summary>
    public static async Task<ServerCertificate> IssueAsync(HostSettings settings, CancellationToken cancellationToken)
    {
        await using var worker = NpgsqlDataSource.Create(settings.Database.Worker);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddPulseCerts(_ => { })
            .UseSigner(_ => DeviceAuthority.LoadSigner(settings.Certificates))
            .UseStore(_ => worker);
        await using var provider = services.BuildServiceProvider();

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        var names = new ServerNames(["localhost", .. settings.Certificates.ServerNames], [IPAddress.Parse(settings.Mqtt.Address)]);
        var result = await provider.GetRequiredService<IDeviceCertificateAuthority>().IssueServerAsync(names, request, cancellationToken);
        if (result.Certificate is not { } issued)
        {
            throw new InvalidOperationException($"The CA refused the server certificate: {result.Refusal}.");
        }

        using var publicOnly = X509CertificateLoader.LoadCertificate(issued.Der.Span);
        return new ServerCertificate(issued, publicOnly.CopyWithPrivateKey(key));
    }

    public void Dispose() => Value.Dispose();
}
