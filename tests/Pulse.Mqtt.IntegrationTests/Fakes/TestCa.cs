using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pulse.Mqtt.IntegrationTests;

/// <summary>A certificate authority that lives as long as a test class, with PEM files for other programs.</summary>
public sealed class TestCa : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _folder;

    public TestCa(string folder, string name)
    {
        _folder = folder;
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        CertificateFile = Path.Combine(folder, $"{name}.pem");
        File.WriteAllText(CertificateFile, Certificate.ExportCertificatePem());
    }

    public X509Certificate2 Certificate { get; }

    public string CertificateFile { get; }

    public X509Certificate2 IssueServer()
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        names.AddDnsName("localhost");
        return Issue("CN=endpoint", names, "server");
    }

    /// <summary>Issues a device certificate and writes <c>name.crt</c> and <c>name.key</c>.</summary>
    public ClientCertificate IssueDevice(string tenant, string device)
    {
        if (!DeviceKey.TryCreate(tenant, device, out var key))
        {
            throw new ArgumentException("Not a device.", nameof(device));
        }

        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri($"urn:pulse:tenant:{tenant}:device:{device}"));
        var file = $"{tenant}-{device}-{Guid.NewGuid():N}";
        var certificate = Issue($"CN={key.MqttName}", names, file);
        return new ClientCertificate(key, certificate, Path.Combine(_folder, file + ".crt"), Path.Combine(_folder, file + ".key"));
    }

    /// <summary>Writes a CRL of the given certificates.</summary>
    public void WriteCrl(string file, params X509Certificate2[] revoked)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked)
        {
            list.AddEntry(certificate);
        }

        var der = list.Build(Certificate, 1, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256, thisUpdate: DateTimeOffset.UtcNow.AddMinutes(-5));
        File.WriteAllText(file, PemEncoding.WriteString("X509 CRL", der) + "\n");
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    private X509Certificate2 Issue(string subject, SubjectAlternativeNameBuilder names, string file)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(
            Certificate, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(16));
        File.WriteAllText(Path.Combine(_folder, file + ".crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, file + ".key"), key.ExportPkcs8PrivateKeyPem());
        using var withKey = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }
}
