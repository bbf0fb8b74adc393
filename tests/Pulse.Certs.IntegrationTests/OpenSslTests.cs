using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pulse.ReferenceHost.Development;
using Pulse.TestKit;

namespace Pulse.Certs.IntegrationTests;

/// <summary>OpenSSL as the other side: its requests are issued, our certificates verify.</summary>
[Collection(PostgresTests.Name)]
public class OpenSslTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pulse-certs-").FullName;
    private CertsDatabase _database = null!;
    private IServiceProvider _services = null!;
    private IDeviceCertificateAuthority _authority = null!;

    public async Task InitializeAsync()
    {
        _database = await CertsDatabase.CreateAsync(postgres);
        _services = await _database.StartAsync();
        _authority = _services.GetRequiredService<IDeviceCertificateAuthority>();
        await File.WriteAllTextAsync(PathOf("ca.pem"), CertsDatabase.CertificatePem);
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("ec", "ec_paramgen_curve:P-256", "ec_param_enc:named_curve")]
    [InlineData("ec", "ec_paramgen_curve:P-384", "ec_param_enc:named_curve")]
    [InlineData("rsa", "rsa_keygen_bits:2048", "rsa_keygen_pubexp:65537")]
    public async Task Issues_for_a_request_of_openssl_and_openssl_accepts_the_certificate(string algorithm, string first, string second)
    {
        await OpenSslAsync(
            "req", "-new", "-newkey", algorithm, "-pkeyopt", first, "-pkeyopt", second, "-nodes", "-keyout", PathOf("device.key"),
            "-subj", "/CN=anything/O=anyone", "-outform", "DER", "-out", PathOf("device.csr"));
        Assert.True(DeviceSubject.TryCreate("acme", "pump-1", out var device));

        var result = await _authority.IssueAsync(device, await File.ReadAllBytesAsync(PathOf("device.csr")));

        Assert.True(result.Succeeded, result.Refusal.ToString());
        await File.WriteAllTextAsync(PathOf("device.pem"), result.Certificate!.Pem);
        var verified = await OpenSslAsync("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", PathOf("ca.pem"), PathOf("device.pem"));
        Assert.Contains("device.pem: OK", verified, StringComparison.Ordinal);
        var text = await OpenSslAsync("x509", "-in", PathOf("device.pem"), "-noout", "-text");
        Assert.Contains("Subject: CN = acme:pump-1", text, StringComparison.Ordinal);
        Assert.Contains("URI:urn:pulse:tenant:acme:device:pump-1", text, StringComparison.Ordinal);
        Assert.Contains("TLS Web Client Authentication", text, StringComparison.Ordinal);
        Assert.Contains("CA:FALSE", text, StringComparison.Ordinal);
        var serial = await OpenSslAsync("x509", "-in", PathOf("device.pem"), "-noout", "-serial");
        Assert.Contains(result.Certificate.SerialNumber, serial, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Issues_a_server_certificate_that_openssl_accepts_for_its_names()
    {
        var names = new ServerNames(["mqtt.example.org"], [IPAddress.Loopback]);
        var csr = new CertificateRequest("CN=x", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256).CreateSigningRequest();
        var result = await _authority.IssueServerAsync(names, csr);
        await File.WriteAllTextAsync(PathOf("server.pem"), result.Certificate!.Pem);

        foreach (var check in new[] { new[] { "-verify_hostname", "mqtt.example.org" }, ["-verify_ip", "127.0.0.1"] })
        {
            var verified = await OpenSslAsync(
                ["verify", "-x509_strict", "-purpose", "sslserver", .. check, "-CAfile", PathOf("ca.pem"), PathOf("server.pem")]);
            Assert.Contains("server.pem: OK", verified, StringComparison.Ordinal);
        }

        var (exitCode, _) = await Tool.TryRunAsync(
            "openssl",
            ["verify", "-purpose", "sslclient", "-CAfile", PathOf("ca.pem"), PathOf("server.pem")],
            CancellationToken.None);
        Assert.NotEqual(0, exitCode);
    }

    [Fact]
    public async Task Makes_an_authority_that_openssl_accepts()
    {
        var text = await OpenSslAsync("x509", "-in", PathOf("ca.pem"), "-noout", "-text");

        Assert.Contains("CA:TRUE, pathlen:0", text, StringComparison.Ordinal);
        Assert.Contains("Certificate Sign, CRL Sign", text, StringComparison.Ordinal);
        Assert.Contains("ca.pem: OK", await OpenSslAsync("verify", "-x509_strict", "-CAfile", PathOf("ca.pem"), PathOf("ca.pem")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Makes_an_intermediate_authority_whose_certificates_openssl_accepts_up_to_the_root()
    {
        var root = CertificateAuthorityMaterial.CreateRoot("Root CA", TimeSpan.FromDays(3650), "root", TimeProvider.System);
        var rootSigner = CaSigners.FromEncryptedPem(root.CertificatePem, root.EncryptedPrivateKeyPem, "root");
        var issuing = await CertificateAuthorityMaterial.CreateIntermediateAsync(
            rootSigner, "Issuing CA", TimeSpan.FromDays(365), "secret", TimeProvider.System);
        var signer = CaSigners.FromEncryptedPem(issuing.CertificatePem, issuing.EncryptedPrivateKeyPem, "secret");
        var authority = (await _database.StartAsync(signer: signer)).GetRequiredService<IDeviceCertificateAuthority>();
        Assert.True(DeviceSubject.TryCreate("acme", "pump-1", out var device));

        using var issued = await authority.IssueWithNewKeyAsync(device);

        await File.WriteAllTextAsync(PathOf("root.pem"), root.CertificatePem);
        await File.WriteAllTextAsync(PathOf("issuing.pem"), issuing.CertificatePem);
        await File.WriteAllTextAsync(PathOf("device.pem"), issued.Certificate!.Pem);
        await File.WriteAllBytesAsync(PathOf("device.key"), issued.PrivateKeyPem.ToArray());
        var verified = await OpenSslAsync(
            "verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", PathOf("root.pem"), "-untrusted", PathOf("issuing.pem"), PathOf("device.pem"));
        Assert.Contains("device.pem: OK", verified, StringComparison.Ordinal);
        Assert.Equal(
            await OpenSslAsync("x509", "-in", PathOf("device.pem"), "-noout", "-pubkey"),
            await OpenSslAsync("pkey", "-in", PathOf("device.key"), "-pubout"));
    }

    [Fact]
    public async Task Reenrolls_by_EST_for_a_request_of_openssl_which_reads_the_answer()
    {
        Assert.True(DeviceSubject.TryCreate("acme", "pump-1", out var device));
        using var current = await _authority.IssueWithNewKeyAsync(device);
        var est = _services.GetRequiredService<IEstOperations>();
        await OpenSslAsync(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", PathOf("device.key"), "-utf8",
            "-subj", "/CN=acme:pump-1", "-addext", "subjectAltName=URI:urn:pulse:tenant:acme:device:pump-1", "-outform", "DER", "-out", PathOf("device.csr"));
        var body = Encoding.ASCII.GetBytes(Convert.ToBase64String(await File.ReadAllBytesAsync(PathOf("device.csr"))));

        var answer = await est.ReenrollAsync(current.Certificate!.Der, "application/pkcs10", body);

        Assert.Equal(200, answer.StatusCode);
        foreach (var (message, name) in new[] { (answer, "CN = acme:pump-1"), (est.GetCaCertificates(), "CN = Integration CA") })
        {
            await File.WriteAllBytesAsync(PathOf("est.p7"), Convert.FromBase64String(Encoding.ASCII.GetString(message.Body.Span)));
            var printed = await OpenSslAsync("pkcs7", "-inform", "DER", "-in", PathOf("est.p7"), "-print_certs");
            Assert.Contains("subject=" + name, printed, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Opens_a_key_that_openssl_encrypted()
    {
        await OpenSslAsync("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", PathOf("plain.key"));
        await OpenSslAsync(
            "req", "-x509", "-new", "-key", PathOf("plain.key"), "-sha256", "-days", "30", "-subj", "/CN=Theirs", "-addext",
            "keyUsage=critical,keyCertSign,cRLSign", "-out", PathOf("theirs.pem"));
        await OpenSslAsync(
            "pkcs8", "-topk8", "-v2", "aes-256-cbc", "-iter", "100000", "-in", PathOf("plain.key"), "-passout", "pass:secret", "-out", PathOf("theirs.key"));

        var signer = CaSigners.FromEncryptedPem(
            await File.ReadAllTextAsync(PathOf("theirs.pem")), await File.ReadAllTextAsync(PathOf("theirs.key")), "secret");

        Assert.NotEmpty(await signer.SignAsync(new byte[] { 1 }, CancellationToken.None));
    }

    private static Task<string> OpenSslAsync(params string[] arguments) => Tool.RunAsync("openssl", arguments, CancellationToken.None);

    private string PathOf(string name) => Path.Combine(_folder, name);
}
