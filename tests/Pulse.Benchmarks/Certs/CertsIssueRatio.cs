using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Pulse.Benchmarks.Ratios;
using Pulse.Certs;

namespace Pulse.Benchmarks.Certs;

/// <summary>
/// A certificate from a P-256 request, against the one verification and the one signature nobody can do without. The request's key
/// is new to both sides: the peer imports it too, which is the largest part of its work.
/// </summary>
internal sealed class CertsIssueRatio : Ratio
{
    private const string Password = "benchmark";

    private readonly ECDsa _deviceKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private ServiceProvider _services = null!;
    private IDeviceCertificateAuthority _authority = null!;
    private DeviceSubject _device;
    private byte[] _csr = [];
    private byte[] _keyInfo = [];
    private ReadOnlyMemory<byte> _requestInfo;
    private byte[] _requestSignature = [];
    private ReadOnlyMemory<byte> _toBeSigned;

    public override string Name => "certs.issue";

    public override string PeerName => "one ECDsa.VerifyData with the imported key + one ECDsa.SignData";

    public override async ValueTask PrepareAsync()
    {
        var material = CertificateAuthorityMaterial.Create("Benchmark CA", TimeSpan.FromDays(365), Password, TimeProvider.System);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton<ICertificateStore, AcceptingStore>();
        services.AddPulseCerts(_ => { })
            .UseSigner(_ => CaSigners.FromEncryptedPem(material.CertificatePem, material.EncryptedPrivateKeyPem, Password));
        _services = services.BuildServiceProvider();
        _authority = _services.GetRequiredService<IDeviceCertificateAuthority>();
        DeviceSubject.TryCreate("acme", "sensor-0001", out _device);
        _csr = new CertificateRequest("CN=sensor", _deviceKey, HashAlgorithmName.SHA256).CreateSigningRequest();
        _keyInfo = _deviceKey.ExportSubjectPublicKeyInfo();
        (_requestInfo, _requestSignature) = Split(_csr);

        var issued = await _authority.IssueAsync(_device, _csr);
        if (issued.Certificate is not { } certificate)
        {
            throw new InvalidOperationException($"The request is refused: {issued.Refusal}.");
        }

        (_toBeSigned, _) = Split(certificate.Der);
        if (!Peer())
        {
            throw new InvalidOperationException("The request's signature does not verify.");
        }
    }

    public override async ValueTask RunOursAsync(int operations)
    {
        for (var done = 0; done < operations; done++)
        {
            await _authority.IssueAsync(_device, _csr);
        }
    }

    public override ValueTask RunPeerAsync(int operations)
    {
        for (var done = 0; done < operations; done++)
        {
            Peer();
        }

        return ValueTask.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _deviceKey.Dispose();
        _authorityKey.Dispose();
        await base.DisposeAsync();
    }

    private static (ReadOnlyMemory<byte> Signed, byte[] Signature) Split(ReadOnlyMemory<byte> der)
    {
        var sequence = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        var signed = sequence.ReadEncodedValue();
        sequence.ReadEncodedValue();
        return (signed, sequence.ReadBitString(out _));
    }

    private bool Peer()
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_keyInfo, out _);
        var proven = key.VerifyData(_requestInfo.Span, _requestSignature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return _authorityKey.SignData(_toBeSigned.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence).Length > 0 && proven;
    }
}
