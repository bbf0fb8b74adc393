using System.Security.Cryptography;

namespace Pulse.Certs.Tests;

/// <summary>
/// Certificates, requests and CRLs a fuzzer starts from: one for each structure the parsers know, written once by <see cref="Make"/> (their
/// signatures are random, so they are kept) and replayed in every run.
/// </summary>
internal static class SeedCorpus
{
    public static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Validation", "Seeds");

    public static IEnumerable<string> Names => Directory.GetFiles(Folder, "*.der").Select(static file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Folder, name));

    /// <summary>The bytes with a few of them changed, left out, doubled or cut off.</summary>
    public static byte[] Mutate(byte[] seed, Random random)
    {
        var changed = seed.ToList();
        for (var changes = random.Next(1, 4); changes > 0 && changed.Count > 0; changes--)
        {
            var at = random.Next(changed.Count);
            switch (random.Next(8))
            {
                case 0:
                    changed.Insert(at, changed[at]);
                    break;
                case 1:
                    changed.RemoveAt(at);
                    break;
                case 2:
                    changed.RemoveRange(at, changed.Count - at);
                    break;
                case 3:
                    changed[at] = (byte)random.Next(256);
                    break;
                default:
                    changed[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return [.. changed];
    }

    public static IEnumerable<(string Name, byte[] Der)> Make()
    {
        var root = TestCertificate.Authority("Root");
        yield return ("cert-root.der", root.Der);
        var issuing = TestCertificate.Authority("Issuing", root, 1);
        yield return ("cert-issuing.der", issuing.Der);
        yield return ("cert-leaf.der", TestCertificate.Leaf("leaf", issuing).Der);
        yield return ("cert-names.der", TestCertificate.Leaf(
            "leaf",
            issuing,
            TestCertificate.Dns("*.example.com"),
            TestCertificate.Email("a@example.com"),
            TestCertificate.Uri("https://example.com/x"),
            TestCertificate.Address(192, 0, 2, 1),
            TestCertificate.Directory(root.Subject),
            CsrBuilder.Element(0x88, [42, 3]),
            CsrBuilder.Element(0xA0, CsrBuilder.Oid("1.2.3.4"), CsrBuilder.Element(0xA0, [0x0C, 1, 0x78]))).Der);
        yield return ("cert-constraints.der", TestCertificate.Authority("Issuing", root).Constrain(
            [TestCertificate.Dns("example.com"), TestCertificate.Address(192, 0, 2, 0, 255, 255, 255, 0)],
            [TestCertificate.Email(".example.com"), TestCertificate.Uri("example.com"), TestCertificate.Directory(root.Subject)]).Der);
        yield return ("cert-policies.der", TestCertificate.Authority("Issuing", root)
            .With(Oids.CertificatePolicies, false, CsrBuilder.Element(0x30, CsrBuilder.Element(0x30, CsrBuilder.Oid("1.2.3"))))
            .With(Oids.PolicyMappings, true, CsrBuilder.Element(0x30, CsrBuilder.Element(0x30, CsrBuilder.Oid("1.2.3"), CsrBuilder.Oid("1.2.4"))))
            .With(Oids.PolicyConstraints, true, 0x30, 6, 0x80, 1, 0, 0x81, 1, 2)
            .With(Oids.InhibitAnyPolicy, true, 2, 1, 3).Der);
        yield return ("cert-points.der", TestCertificate.Leaf("leaf", issuing).With(
            Oids.CrlDistributionPoints,
            false,
            CsrBuilder.Element(
                0x30,
                CsrBuilder.Element(
                    0x30,
                    CsrBuilder.Element(0xA0, CsrBuilder.Element(0xA0, TestCertificate.Uri("http://crl.test/"))),
                    [0x81, 2, 1, 6],
                    CsrBuilder.Element(0xA2, TestCertificate.Directory(root.Subject))))).Der);
        var old = TestCertificate.Leaf("leaf", issuing);
        (old.NotBefore, old.NotAfter) = (new DateTimeOffset(1999, 12, 31, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero));
        yield return ("cert-times.der", old.Der);
        yield return ("csr-plain.der", new CsrBuilder().Build());
        yield return ("csr-p384.der", new CsrBuilder(ECDsa.Create(ECCurve.NamedCurves.nistP384), HashAlgorithmName.SHA384).Build());
        yield return ("csr-rsa.der", new CsrBuilder(RSA.Create(2048)).Build());
        yield return ("csr-wishes.der", new CsrBuilder
        {
            Subject = CsrBuilder.Element(0x30, CsrBuilder.Rdn("2.5.4.3", 0x0C, "pump"u8.ToArray()), CsrBuilder.Rdn("2.5.4.10", 0x13, "Acme"u8.ToArray())),
        }.WithAttributes(
            CsrBuilder.Attribute("1.2.840.113549.1.9.7", [0x0C, 1, 65]),
            CsrBuilder.ExtensionRequest(
                CsrBuilder.Extension(Oids.KeyUsage, true, 3, 2, 7, 0x80),
                CsrBuilder.Extension(Oids.SubjectAlternativeName, false, CsrBuilder.Element(0x30, TestCertificate.Dns("a.example.com"))))).Build());
        yield return ("crl-empty.der", new TestCrl(root).Build());
        yield return ("crl-entries.der", new TestCrl(root).Revoke(issuing).Revoke(old, TestCrl.Reason(1)).Build());
        yield return ("crl-unsorted.der", new TestCrl(root).Revoke(old, TestCrl.Reason(6)).Revoke(issuing).Build());
        yield return ("crl-delta.der", new TestCrl(root, 9).DeltaOf(8).Revoke(old, TestCrl.Reason(8)).Build());
        yield return ("crl-scope.der", new TestCrl(root).Scope(
            CsrBuilder.Element(0xA0, CsrBuilder.Element(0xA0, TestCertificate.Uri("http://crl.test/"))), [0x81, 1, 0xFF], [0x83, 2, 1, 6]).Revoke(old).Build());
        yield return ("crl-indirect.der", new TestCrl(root).Scope([0x84, 1, 0xFF])
            .Revoke(old, TestCrl.IssuedBy(issuing)).Revoke(issuing, TestCrl.Reason(4), TestCrl.IssuedBy(root)).Build());
    }
}
