using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security.Certificates;
using Org.BouncyCastle.X509;

namespace Pulse.Certs.Tests;

/// <summary>
/// The seeds and bytes near them: nothing throws, and what is read here .NET and BouncyCastle read as the same certificate or CRL, so
/// that nobody is shown another one than was judged.
/// </summary>
public class ParsePeerTests
{
    private const int Mutations = 400;

    public static TheoryData<string> Certificates => [.. SeedCorpus.Names.Where(static name => name.StartsWith("cert", StringComparison.Ordinal))];

    public static TheoryData<string> Requests => [.. SeedCorpus.Names.Where(static name => name.StartsWith("csr", StringComparison.Ordinal))];

    public static TheoryData<string> Lists => [.. SeedCorpus.Names.Where(static name => name.StartsWith("crl", StringComparison.Ordinal))];

    [Fact]
    public void There_is_a_seed_for_each_structure() => Assert.Equal(SeedCorpus.Make().Select(seed => seed.Name).Order(StringComparer.Ordinal), SeedCorpus.Names);

    [Theory]
    [MemberData(nameof(Certificates))]
    public void A_certificate_is_read_as_the_peers_read_it(string name)
    {
        var seed = SeedCorpus.Read(name);
        Assert.True(IsReadAlike(seed), "The seed itself is not read.");

        var random = new Random(5_280);
        var read = Enumerable.Range(0, Mutations).Count(_ => IsReadAlike(SeedCorpus.Mutate(seed, random)));

        Assert.InRange(read, 1, Mutations - 1);
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_CRL_is_read_as_the_peers_read_it(string name)
    {
        var seed = SeedCorpus.Read(name);
        Assert.True(IsListReadAlike(seed), "The seed itself is not read.");

        var random = new Random(5_280);
        var read = Enumerable.Range(0, Mutations).Count(_ => IsListReadAlike(SeedCorpus.Mutate(seed, random)));

        Assert.InRange(read, 1, Mutations - 1);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void A_request_that_proves_its_key_is_read_as_the_peers_read_it(string name)
    {
        var seed = SeedCorpus.Read(name);
        Assert.True(IsRequestReadAlike(seed), "The seed itself is not read.");

        // What is signed cannot be changed: nothing near a good request is another good one.
        var random = new Random(2_986);
        for (var i = 0; i < Mutations; i++)
        {
            var near = SeedCorpus.Mutate(seed, random);
            Assert.Equal(near.AsSpan().SequenceEqual(seed), IsRequestReadAlike(near));
        }
    }

    [Theory]
    [MemberData(nameof(Certificates))]
    public void The_validator_has_a_verdict_for_whatever_is_near_a_seed(string name)
    {
        var root = TestCertificate.Authority("Root");
        var validator = new CertificatePathValidator(
            [root.Der], new CertificatePathOptions { Revocation = RevocationChecking.IfPresent }, new FakeTimeProvider(Harness.Start));
        var seed = SeedCorpus.Read(name);
        var random = new Random(9_618);
        for (var i = 0; i < Mutations; i++)
        {
            var verdict = validator.Validate(new CertificatePathRequest
            {
                Certificate = SeedCorpus.Mutate(seed, random),
                Intermediates = [seed, SeedCorpus.Mutate(seed, random)],
            });

            Assert.False(verdict.IsValid);
            Assert.NotEqual(CertificateRefusal.None, verdict.Refusal);
        }
    }

    private static bool IsReadAlike(byte[] der)
    {
        var ours = PathCertificate.TryRead(der);
        if (ours is null || !HasUsableKeyAndAlgorithm(ours))
        {
            return false;
        }

        using var theirs = ReadByPlatform(der);
        if (theirs is null)
        {
            return false;
        }

        Assert.Equal(theirs.SubjectName.RawData, ours.Parsed.Subject.ToArray());
        Assert.Equal(theirs.IssuerName.RawData, ours.Parsed.Issuer.ToArray());
        Assert.Equal(theirs.NotBefore.ToUniversalTime(), ours.Parsed.NotBefore.UtcDateTime);
        Assert.Equal(theirs.NotAfter.ToUniversalTime(), ours.Parsed.NotAfter.UtcDateTime);
        Assert.Equal(theirs.Extensions.Select(extension => (extension.Oid!.Value, extension.Critical)), ours.Parsed.Extensions.Select(extension => ((string?)extension.Oid, extension.Critical)));
        Assert.Equal(theirs.Extensions.Select(extension => extension.RawData), ours.Parsed.Extensions.Select(extension => extension.Value.ToArray()));

        var bouncy = ReadByBouncyCastle(der);
        if (bouncy is null)
        {
            return false;
        }

        Assert.Equal(bouncy.SerialNumber.ToString(16).PadLeft(ours.Parsed.SerialNumber.Length, '0'), ours.Parsed.SerialNumber);
        Assert.Equal(bouncy.GetTbsCertificate(), ours.Parsed.ToBeSigned.ToArray());
        Assert.Equal(bouncy.GetSignature(), ours.Parsed.Signature);
        return true;
    }

    private static bool IsRequestReadAlike(byte[] der)
    {
        if (CertificateRequestReader.Read(der, PulseCertsOptions.DefaultMaxCsrBytes, out var key) != IssueRefusal.None)
        {
            return false;
        }

        var theirs = CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        var bouncy = new Pkcs10CertificationRequest(der);
        Assert.Equal(theirs.PublicKey.ExportSubjectPublicKeyInfo(), key.ToArray());
        Assert.Equal(bouncy.GetCertificationRequestInfo().SubjectPublicKeyInfo.GetDerEncoded(), key.ToArray());
        Assert.True(bouncy.Verify());
        return true;
    }

    /// <summary>Null where the peer reads nothing, as with a value of a type it does not know inside a name: nobody is misled then.</summary>
    private static X509Certificate2? ReadByPlatform(byte[] der)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(der);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static Org.BouncyCastle.X509.X509Certificate? ReadByBouncyCastle(byte[] der)
    {
        try
        {
            return new X509CertificateParser().ReadCertificate(der);
        }
        catch (CertificateException)
        {
            return null;
        }
    }

    /// <summary>Both are compared whole with closed lists, after the parsing: a certificate without is refused by then.</summary>
    private static bool HasUsableKeyAndAlgorithm(PathCertificate certificate)
    {
        using var budget = new PathBudget(0);
        return SignatureAlgorithm.FindOfOthers(certificate.Parsed.Algorithm.Span) is not null && budget.CheckKey(certificate) == CertificateRefusal.None;
    }

    private static bool IsListReadAlike(byte[] der)
    {
        if (!CertificateRevocationList.TryRead(der, out var ours))
        {
            return false;
        }

        var bouncy = new X509CrlParser().ReadCrl(der);
        Assert.Equal(bouncy.ThisUpdate.ToUniversalTime(), ours.ThisUpdate.UtcDateTime);
        Assert.Equal(bouncy.NextUpdate!.Value.ToUniversalTime(), ours.NextUpdate.UtcDateTime);
        Assert.Equal(bouncy.IssuerDN.GetEncoded(), ours.Header.Issuer.ToArray());
        Assert.Equal(bouncy.GetTbsCertList(), ours.Header.ToBeSigned.ToArray());
        Assert.Equal(bouncy.GetSignature(), ours.Header.Signature);
        Assert.Equal(bouncy.GetRevokedCertificates()?.Count ?? 0, ours.Count);

        if (ours.IsDelta || ours.Header.Scope.Encoded.Length > 0)
        {
            return true;
        }

        CertificateRevocationListBuilder.Load(der, out var number);
        Assert.Equal(number, ours.Number);
        return true;
    }
}
