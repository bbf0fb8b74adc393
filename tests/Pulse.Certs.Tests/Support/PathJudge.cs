using Microsoft.Extensions.Time.Testing;

namespace Pulse.Certs.Tests;

/// <summary>One question to a path validator, at the harness's time, without revocation unless a test asks for it.</summary>
internal sealed class PathJudge(params TestCertificate[] anchors)
{
    public CertificatePathOptions Options { get; } = new() { Revocation = RevocationChecking.Off };

    public DateTimeOffset Now { get; set; } = Harness.Start;

    public string? Host { get; set; }

    public List<TestCrl> Lists { get; } = [];

    public CertificatePathVerdict Judge(TestCertificate leaf, params TestCertificate[] intermediates) =>
        new CertificatePathValidator(anchors.Select(anchor => (ReadOnlyMemory<byte>)anchor.Der), Options, new FakeTimeProvider(Now)).Validate(
            new CertificatePathRequest
            {
                Certificate = leaf.Der,
                Intermediates = [.. intermediates.Select(certificate => (ReadOnlyMemory<byte>)certificate.Der)],
                RevocationLists = [.. Lists.Select(list => list.Read())],
                HostName = Host,
            });

    public void Expect(CertificateRefusal refusal, TestCertificate leaf, params TestCertificate[] intermediates)
    {
        var verdict = Judge(leaf, intermediates);
        Assert.Equal(refusal, verdict.Refusal);
        Assert.Equal(refusal == CertificateRefusal.None, verdict.IsValid);
        Assert.Equal(refusal == CertificateRefusal.None, verdict.Path.Count > 0);
    }
}
