using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;

namespace Pulse.Certs.Tests;

/// <summary>A certificate of a path byte for byte: good as it is made, wrong in what a test changes before it is first used.</summary>
internal sealed class TestCertificate
{
    private static int _serial = 0x4000;

    private readonly TestCertificate _issuer;
    private byte[]? _der;

    public TestCertificate(string name, TestCertificate? issuer = null, ECDsa? key = null)
    {
        _issuer = issuer ?? this;
        Key = key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        PublicKey = Key.ExportSubjectPublicKeyInfo();
        Subject = Name(name);
        KeyId = KeyIdentifier.Of(PublicKey);
        var serial = Interlocked.Increment(ref _serial);
        Serial = [2, 2, (byte)(serial >> 8), (byte)serial];
        Extensions[Oids.SubjectKeyIdentifier] = CsrBuilder.Extension(Oids.SubjectKeyIdentifier, false, CsrBuilder.Element(4, KeyId));
        if (issuer is not null)
        {
            Extensions[Oids.AuthorityKeyIdentifier] = LeafBuilder.AuthorityKey(issuer.KeyId);
        }
    }

    public ECDsa Key { get; }

    public byte[] PublicKey { get; set; }

    public byte[] KeyId { get; }

    public byte[] Subject { get; set; }

    public byte[]? IssuerName { get; set; }

    public byte[] Serial { get; set; }

    public byte[] Algorithm { get; set; } = Convert.FromHexString(CsrBuilder.EcdsaSha256);

    public byte[]? OuterAlgorithm { get; set; }

    public DateTimeOffset NotBefore { get; set; } = Harness.Start.AddDays(-1);

    public DateTimeOffset NotAfter { get; set; } = Harness.Start.AddDays(1);

    public Dictionary<string, byte[]?> Extensions { get; } = [];

    public Func<byte[], byte[]> ChangeSignature { get; set; } = signature => signature;

    public byte[] Der => _der ??= Build();

    public static TestCertificate Authority(string name, TestCertificate? issuer = null, int? pathLength = null, ECDsa? key = null)
    {
        byte[] bound = pathLength is { } length ? [2, 1, (byte)length] : [];
        return new TestCertificate(name, issuer, key)
            .With(Oids.BasicConstraints, true, CsrBuilder.Element(0x30, [1, 1, 0xFF], bound))
            .With(Oids.KeyUsage, true, 3, 2, 1, 6);
    }

    public static TestCertificate Leaf(string name, TestCertificate issuer, params byte[][] names) => new TestCertificate(name, issuer)
        .With(Oids.KeyUsage, true, 3, 2, 7, 0x80)
        .With(Oids.ExtendedKeyUsage, false, CsrBuilder.Element(0x30, CsrBuilder.Oid(Oids.ClientAuthentication), CsrBuilder.Oid(Oids.ServerAuthentication)))
        .With(Oids.SubjectAlternativeName, false, CsrBuilder.Element(0x30, names.Length == 0 ? [Dns("device.example.com")] : names));

    public static byte[] Dns(string name) => CsrBuilder.Element(0x82, Encoding.Latin1.GetBytes(name));

    public static byte[] Email(string name) => CsrBuilder.Element(0x81, Encoding.Latin1.GetBytes(name));

    public static byte[] Uri(string name) => CsrBuilder.Element(0x86, Encoding.Latin1.GetBytes(name));

    public static byte[] Address(params byte[] octets) => CsrBuilder.Element(0x87, octets);

    public static byte[] Directory(byte[] name) => CsrBuilder.Element(0xA4, name);

    public static byte[] Name(string commonName, byte textTag = 0x0C) =>
        CsrBuilder.Element(0x30, CsrBuilder.Rdn(Oids.CommonName, textTag, Encoding.UTF8.GetBytes(commonName)));

    public TestCertificate With(string oid, bool critical, params byte[] value)
    {
        Extensions[oid] = CsrBuilder.Extension(oid, critical, value);
        return this;
    }

    public TestCertificate Without(string oid)
    {
        Extensions[oid] = null;
        return this;
    }

    public TestCertificate Constrain(byte[][] permitted, byte[][] excluded, bool critical = true) => With(
        Oids.NameConstraints,
        critical,
        CsrBuilder.Element(0x30, Subtrees(0xA0, permitted), Subtrees(0xA1, excluded)));

    public byte[] Sign(byte[] data) => Key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    private static byte[] Subtrees(byte tag, byte[][] names) =>
        names.Length == 0 ? [] : CsrBuilder.Element(tag, [.. names.Select(name => CsrBuilder.Element(0x30, name))]);

    private byte[] Build()
    {
        var times = new AsnWriter(AsnEncodingRules.DER);
        using (times.PushSequence())
        {
            DerTime.Write(times, NotBefore);
            DerTime.Write(times, NotAfter);
        }

        var toBeSigned = CsrBuilder.Element(
            0x30,
            [0xA0, 3, 2, 1, 2],
            Serial,
            Algorithm,
            IssuerName ?? _issuer.Subject,
            times.Encode(),
            Subject,
            PublicKey,
            CsrBuilder.Element(0xA3, CsrBuilder.Element(0x30, [.. Extensions.Values.OfType<byte[]>()])));
        return CsrBuilder.Element(0x30, toBeSigned, OuterAlgorithm ?? Algorithm, CsrBuilder.Element(3, [0], ChangeSignature(_issuer.Sign(toBeSigned))));
    }
}
