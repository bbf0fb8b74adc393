using System.Formats.Asn1;

namespace Pulse.Certs.Tests;

/// <summary>A CRL byte for byte: empty and good as it is made.</summary>
internal sealed class TestCrl
{
    private readonly TestCertificate _signer;

    public TestCrl(TestCertificate signer, int number = 1)
    {
        _signer = signer;
        Issuer = signer.Subject;
        Extensions[Oids.AuthorityKeyIdentifier] = LeafBuilder.AuthorityKey(signer.KeyId);
        Extensions[Oids.CrlNumber] = CsrBuilder.Extension(Oids.CrlNumber, false, 2, 1, (byte)number);
    }

    public byte[] Version { get; set; } = [2, 1, 1];

    public byte[] Issuer { get; set; }

    public byte[] Algorithm { get; set; } = Convert.FromHexString(CsrBuilder.EcdsaSha256);

    public byte[]? OuterAlgorithm { get; set; }

    public DateTimeOffset ThisUpdate { get; set; } = Harness.Start.AddHours(-1);

    public DateTimeOffset? NextUpdate { get; set; } = Harness.Start.AddHours(1);

    /// <summary>The whole <c>revokedCertificates</c> in place of the entries.</summary>
    public byte[]? RawEntries { get; set; }

    public List<byte[]> Entries { get; } = [];

    public Dictionary<string, byte[]?> Extensions { get; } = [];

    public Func<byte[], byte[]> ChangeSignature { get; set; } = signature => signature;

    /// <summary>An entry of a raw serial number INTEGER and extensions.</summary>
    public static byte[] Entry(byte[] serial, params byte[][] extensions)
    {
        var time = new AsnWriter(AsnEncodingRules.DER);
        DerTime.Write(time, Harness.Start.AddDays(-1));
        return CsrBuilder.Element(0x30, serial, time.Encode(), extensions.Length == 0 ? [] : CsrBuilder.Element(0x30, extensions));
    }

    public static byte[] Reason(byte reason) => CsrBuilder.Extension(Oids.CrlReason, false, 10, 1, reason);

    public static byte[] IssuedBy(TestCertificate issuer, bool critical = true) => CsrBuilder.Extension(
        Oids.CertificateIssuer, critical, CsrBuilder.Element(0x30, TestCertificate.Directory(issuer.Subject)));

    public TestCrl Revoke(TestCertificate certificate, params byte[][] extensions)
    {
        Entries.Add(Entry(certificate.Serial, extensions));
        return this;
    }

    public TestCrl With(string oid, bool critical, params byte[] value)
    {
        Extensions[oid] = CsrBuilder.Extension(oid, critical, value);
        return this;
    }

    public TestCrl Without(string oid)
    {
        Extensions[oid] = null;
        return this;
    }

    /// <summary>An issuing distribution point of raw members.</summary>
    public TestCrl Scope(params byte[][] members) => With(Oids.IssuingDistributionPoint, true, CsrBuilder.Element(0x30, members));

    public TestCrl DeltaOf(byte baseNumber) => With(Oids.DeltaCrlIndicator, true, 2, 1, baseNumber);

    public CertificateRevocationList Read()
    {
        Assert.True(CertificateRevocationList.TryRead(Build(), out var list), "The CRL of the test is not read.");
        return list;
    }

    public byte[] Build()
    {
        var times = new AsnWriter(AsnEncodingRules.DER);
        DerTime.Write(times, ThisUpdate);
        var thisUpdate = times.Encode();
        times.Reset();
        if (NextUpdate is { } next)
        {
            DerTime.Write(times, next);
        }

        var extensions = Extensions.Values.OfType<byte[]>().ToArray();
        var toBeSigned = CsrBuilder.Element(
            0x30,
            Version,
            Algorithm,
            Issuer,
            thisUpdate,
            times.Encode(),
            RawEntries ?? (Entries.Count == 0 ? [] : CsrBuilder.Element(0x30, [.. Entries])),
            extensions.Length == 0 ? [] : CsrBuilder.Element(0xA0, CsrBuilder.Element(0x30, extensions)));
        return CsrBuilder.Element(0x30, toBeSigned, OuterAlgorithm ?? Algorithm, CsrBuilder.Element(3, [0], ChangeSignature(_signer.Sign(toBeSigned))));
    }
}
