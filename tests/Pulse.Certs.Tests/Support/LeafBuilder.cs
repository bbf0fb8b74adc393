using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Pulse.Certs.Tests;

/// <summary>Certificates byte for byte, signed with the test authority's real key, so that one thing at a time is wrong.</summary>
internal sealed class LeafBuilder
{
    private static readonly ParsedCertificate Issuer = ParsedCertificate.Read(Harness.Signer.CertificateDer);

    private readonly DeviceSubject _device;

    public LeafBuilder(DeviceSubject? device = null)
    {
        _device = device ?? Harness.Device();
        Subject = DistinguishedName.Write(_device.CommonName);
        Extensions = new Dictionary<string, byte[]?>
        {
            ["2.5.29.19"] = CsrBuilder.Extension("2.5.29.19", critical: true, 0x30, 0),
            ["2.5.29.15"] = CsrBuilder.Extension("2.5.29.15", critical: true, 3, 2, 7, 0x80),
            ["2.5.29.37"] = Purposes("1.3.6.1.5.5.7.3.2"),
            ["2.5.29.35"] = AuthorityKey(KeyIdentifier.ReadSubject(Issuer.Find(Oids.SubjectKeyIdentifier)!.Value.Value)),
            ["2.5.29.17"] = Uris(_device.SubjectAlternativeName),
        };
    }

    public byte[] Version { get; set; } = [0xA0, 3, 2, 1, 2];

    public byte[] Serial { get; set; } = [2, 2, 0x4A, 0xBC];

    public byte[] Algorithm { get; set; } = Convert.FromHexString(CsrBuilder.EcdsaSha256);

    public byte[]? OuterAlgorithm { get; set; }

    public byte[] IssuerName { get; set; } = Issuer.Subject.ToArray();

    public byte[] Subject { get; set; }

    public DateTimeOffset NotBefore { get; set; } = Harness.Start.AddDays(-1);

    public DateTimeOffset NotAfter { get; set; } = Harness.Start.AddDays(1);

    public byte[]? Validity { get; set; }

    public byte[] PublicKey { get; set; } = ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportSubjectPublicKeyInfo();

    /// <summary>By identifier; null leaves one out.</summary>
    public Dictionary<string, byte[]?> Extensions { get; }

    public Func<byte[], byte[]> ChangeSignature { get; set; } = signature => signature;

    public LeafBuilder With(string oid, byte[]? extension)
    {
        Extensions[oid] = extension;
        return this;
    }

    public byte[] Build()
    {
        var toBeSigned = CsrBuilder.Element(
            0x30,
            Version,
            Serial,
            Algorithm,
            IssuerName,
            Validity ?? Times(),
            Subject,
            PublicKey,
            CsrBuilder.Element(0xA3, CsrBuilder.Element(0x30, [.. Extensions.Values.OfType<byte[]>()])));
        var signature = ChangeSignature(Harness.Signer.SignAsync(toBeSigned, CancellationToken.None).AsTask().GetAwaiter().GetResult());
        return CsrBuilder.Element(0x30, toBeSigned, OuterAlgorithm ?? Algorithm, CsrBuilder.Element(0x03, [0], signature));
    }

    public static byte[] Uris(params string[] uris) => CsrBuilder.Extension(
        "2.5.29.17", critical: false, CsrBuilder.Element(0x30, [.. uris.Select(uri => CsrBuilder.Element(0x86, System.Text.Encoding.Latin1.GetBytes(uri)))]));

    public static byte[] Purposes(params string[] oids) => CsrBuilder.Extension(
        "2.5.29.37", critical: false, CsrBuilder.Element(0x30, [.. oids.Select(CsrBuilder.Oid)]));

    public static byte[] AuthorityKey(byte[] keyId) =>
        CsrBuilder.Extension("2.5.29.35", critical: false, CsrBuilder.Element(0x30, CsrBuilder.Element(0x80, keyId)));

    private byte[] Times()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            DerTime.Write(writer, NotBefore);
            DerTime.Write(writer, NotAfter);
        }

        return writer.Encode();
    }
}
