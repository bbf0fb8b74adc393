using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pulse.Certs.IntegrationTests;

/// <summary>A chain of up to four issuers with up to two things wrong, and a CRL of each issuer: all of it follows from the seed, but for keys.</summary>
internal sealed class RandomChain
{
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] Names = ["example.com", "a.example.com", "b.a.example.com", "other.test"];
    private static readonly string[] Faults =
    [
        "none", "none", "none", "expired", "future", "signature", "no-ca", "no-basic", "no-certsign", "critical", "missing", "server-only", "path-length",
        "permitted", "excluded", "revoked", "crl-expired", "crl-signature", "crl-missing", "no-crlsign", "wrong-key-id",
    ];

    private readonly Random _random;
    private readonly List<ECDsa> _keys = [];

    public RandomChain(int seed)
    {
        _random = new Random(seed);
        Depth = _random.Next(1, 5);
        Wrong = [.. Enumerable.Range(0, _random.Next(1, 3)).Select(_ => (Faults[_random.Next(Faults.Length)], _random.Next(Depth + 1)))];
        WithCrls = _random.Next(2) == 0 || Wrong.Any(fault => fault.Fault.Contains("crl", StringComparison.Ordinal) || fault.Fault == "revoked");
        for (var i = 0; i <= Depth; i++)
        {
            _keys.Add(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        }

        for (var i = 0; i <= Depth; i++)
        {
            Certificates.Add(Make(i));
        }

        for (var i = 0; i < Depth; i++)
        {
            if (!Has("crl-missing", i))
            {
                Crls.Add(MakeCrl(i));
            }
        }
    }

    public int Depth { get; }

    public (string Fault, int At)[] Wrong { get; }

    public bool WithCrls { get; }

    /// <summary>The root first, the leaf last.</summary>
    public List<byte[]> Certificates { get; } = [];

    public List<byte[]> Crls { get; } = [];

    /// <summary>What goes with the leaf: the issuers below the root, but for the missing.</summary>
    public IEnumerable<byte[]> Intermediates => Certificates.Where((_, i) => i > 0 && i < Depth && !Has("missing", i)).Reverse();

    public override string ToString() => $"depth {Depth}, CRLs {WithCrls}, {string.Join(", ", Wrong.Select(fault => $"{fault.Fault}@{fault.At}"))}";

    private bool Has(string fault, int at) => Wrong.Contains((fault, at));

    private static X500DistinguishedName Name(int index) => new($"CN=level {index}");

    private byte[] Serial(int index) => [0x40, (byte)index, (byte)_keys.Count];

    private byte[] Make(int index)
    {
        var isLeaf = index == Depth;
        var issuer = Math.Max(0, index - 1);
        var request = new CertificateRequest(Name(index), _keys[index], HashAlgorithmName.SHA256);
        AddRole(request, index, isLeaf);
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (index > 0)
        {
            var identifier = new X509SubjectKeyIdentifierExtension(new PublicKey(_keys[Has("wrong-key-id", index) ? index : issuer]), false);
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier));
        }

        if (Has("critical", index))
        {
            request.CertificateExtensions.Add(new X509Extension("1.2.3.4", [5, 0], critical: true));
        }

        var notBefore = Now.AddDays(Has("future", index) && !Has("expired", index) ? 1 : -10);
        var notAfter = Now.AddDays(Has("expired", index) ? -1 : 10);
        var signer = X509SignatureGenerator.CreateForECDsa(Has("signature", index) && index > 0 ? _keys[index] : _keys[issuer]);
        using var made = request.Create(Name(issuer), signer, notBefore, notAfter, Serial(index));
        return made.RawData;
    }

    private void AddRole(CertificateRequest request, int index, bool isLeaf)
    {
        if (isLeaf)
        {
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
                [new Oid(Has("server-only", index) ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], false));
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(Names[_random.Next(Names.Length)]);
            request.CertificateExtensions.Add(names.Build());
            return;
        }

        if (!Has("no-basic", index))
        {
            var isBounded = Has("path-length", index);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(!Has("no-ca", index), isBounded && !Has("no-ca", index), 0, true));
        }

        var usage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign;
        usage &= Has("no-certsign", index) ? ~X509KeyUsageFlags.KeyCertSign : usage;
        usage &= Has("no-crlsign", index) ? ~X509KeyUsageFlags.CrlSign : usage;
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage == 0 ? X509KeyUsageFlags.DigitalSignature : usage, true));
        if (Has("server-only", index))
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        }

        foreach (var (fault, number) in new[] { ("permitted", 0), ("excluded", 1) })
        {
            if (Has(fault, index))
            {
                request.CertificateExtensions.Add(Constraints(number, Names[_random.Next(Names.Length)]));
                break;
            }
        }
    }

    private static X509Extension Constraints(int number, string name)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, number)))
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2));
        }

        return new X509Extension("2.5.29.30", writer.Encode(), critical: true);
    }

    private byte[] MakeCrl(int index)
    {
        var builder = new CertificateRevocationListBuilder();
        if (Has("revoked", index + 1))
        {
            builder.AddEntry(Serial(index + 1), Now.AddDays(-2));
        }

        builder.AddEntry([0x50, (byte)index], Now.AddDays(-3));
        var key = new X509SubjectKeyIdentifierExtension(new PublicKey(_keys[index]), false);
        var (thisUpdate, nextUpdate) = Has("crl-expired", index) ? (Now.AddDays(-5), Now.AddDays(-1)) : (Now.AddDays(-1), Now.AddDays(1));
        return builder.Build(
            Name(index),
            X509SignatureGenerator.CreateForECDsa(Has("crl-signature", index) ? _keys[index + 1] : _keys[index]),
            1,
            nextUpdate,
            HashAlgorithmName.SHA256,
            X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(key),
            thisUpdate);
    }
}
