using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Pulse.Mqtt.Tests.BrokerOperations;

public sealed class MosquittoConfigLinterTests
{
    private const string Good =
        """
        # the broker of Pulse
        persistence true
        max_queued_messages 1000000
        acl_file /etc/mosquitto/acl.conf
        password_file /etc/mosquitto/passwords
        allow_anonymous false

        listener 1883 0.0.0.0
        certfile /c
        keyfile /k

        listener 8883
        cafile /ca
        certfile /c
        keyfile /k
        require_certificate true
        use_identity_as_username true
        use_username_as_clientid true
        crlfile /crl
        """;

    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_good_configuration_has_nothing_to_find()
    {
        Assert.Empty(Lint(Good));
        Assert.Empty(Lint(Good.Replace("\n", "\r\n", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("acl_file /etc/mosquitto/acl.conf\n", "", 7, MosquittoFindingCode.ListenerWithoutAcl, AclSeverity.Error)]
    [InlineData("# the broker", "per_listener_settings true\n# the broker", 9, MosquittoFindingCode.ListenerWithoutAcl, AclSeverity.Error)]
    [InlineData("# the broker", "per_listener_settings true\n# the broker", 1, MosquittoFindingCode.PerListenerSettings, AclSeverity.Warning)]
    [InlineData("# the broker", "include_dir /d\n# the broker", 1, MosquittoFindingCode.IncludeNotRead, AclSeverity.Warning)]
    [InlineData("allow_anonymous false", "allow_anonymous true", 6, MosquittoFindingCode.AnonymousAllowed, AclSeverity.Error)]
    [InlineData("crlfile /crl", "crlfile /crl\nallow_anonymous true", 20, MosquittoFindingCode.AnonymousAllowed, AclSeverity.Error)]
    [InlineData("password_file /etc/mosquitto/passwords\n", "", 7, MosquittoFindingCode.NoAuthentication, AclSeverity.Error)]
    [InlineData("require_certificate true\n", "", 16, MosquittoFindingCode.CertificateNotRequired, AclSeverity.Error)]
    [InlineData("require_certificate true\n", "", 18, MosquittoFindingCode.CertificateNotRequired, AclSeverity.Error)]
    [InlineData("require_certificate true\n", "", 17, MosquittoFindingCode.TakeOverImpossible, AclSeverity.Warning)]
    [InlineData("use_identity_as_username true\n", "", 12, MosquittoFindingCode.UserNameFromClient, AclSeverity.Error)]
    [InlineData("use_identity_as_username true", "use_identity_as_username false", 12, MosquittoFindingCode.UserNameFromClient, AclSeverity.Error)]
    [InlineData("use_identity_as_username true", "use_subject_as_username true", 17, MosquittoFindingCode.SubjectAsUserName, AclSeverity.Warning)]
    [InlineData("use_username_as_clientid true\n", "", 12, MosquittoFindingCode.ClientIdFromClient, AclSeverity.Error)]
    [InlineData("\ncrlfile /crl", "", 12, MosquittoFindingCode.NoCrl, AclSeverity.Error)]
    [InlineData("crlfile /crl", "crlfile /crl\nprotocol websockets", 19, MosquittoFindingCode.WebSocketCrl, AclSeverity.Warning)]
    [InlineData("listener 1883 0.0.0.0\ncertfile /c", "listener 1883 0.0.0.0", 8, MosquittoFindingCode.PlaintextListener, AclSeverity.Warning)]
    [InlineData("max_queued_messages 1000000\n", "", 0, MosquittoFindingCode.QueueLosesMessages, AclSeverity.Warning)]
    [InlineData("max_queued_messages 1000000", "max_queued_messages 99999", 3, MosquittoFindingCode.QueueLosesMessages, AclSeverity.Warning)]
    [InlineData("max_queued_messages 1000000", "max_queued_messages many", 3, MosquittoFindingCode.QueueLosesMessages, AclSeverity.Warning)]
    [InlineData("max_queued_messages 1000000", "max_queued_messages 0", 3, MosquittoFindingCode.QueueOfZero, AclSeverity.Error)]
    [InlineData("persistence true", "persistence false", 2, MosquittoFindingCode.PersistenceOff, AclSeverity.Warning)]
    [InlineData("persistence true", "", 0, MosquittoFindingCode.PersistenceOff, AclSeverity.Warning)]
    public void A_change_for_the_worse_is_found_where_it_is(string good, string bad, int line, MosquittoFindingCode code, AclSeverity severity)
    {
        Assert.Contains(good, Good, StringComparison.Ordinal);

        var found = Lint(Good.Replace(good, bad, StringComparison.Ordinal));

        var finding = Assert.Single(found, finding => finding.Code == code && finding.Line == line);
        Assert.Equal(severity, finding.Severity);
        Assert.EndsWith(".", finding.Message, StringComparison.Ordinal);
        Assert.Equal(found.OrderBy(static other => other.Line), found);
    }

    [Theory]
    [InlineData("max_queued_messages 1000000", "max_queued_messages 100000")]
    [InlineData("listener 1883 0.0.0.0\ncertfile /c", "listener 1883 127.0.0.1")]
    [InlineData("listener 1883 0.0.0.0\ncertfile /c", "listener 1883 ::1")]
    [InlineData("crlfile /crl", "crlfile /crl\nmax_queued_messages 2000000")]
    [InlineData("password_file /etc/mosquitto/passwords", "plugin /p.so")]
    public void What_is_as_good_is_left_alone(string good, string asGood) => Assert.Empty(Lint(Good.Replace(good, asGood, StringComparison.Ordinal)));

    [Fact]
    public void The_layout_that_left_two_listeners_open_is_found()
    {
        var found = Lint("per_listener_settings true\nlistener 1883\nlistener 8883\nlistener 9001\nacl_file /acl\n");

        Assert.Equal([2, 3], found.Where(static finding => finding.Code == MosquittoFindingCode.ListenerWithoutAcl).Select(static finding => finding.Line));
    }

    [Fact]
    public void A_file_without_listeners_is_judged_as_the_default_listener() =>
        Assert.Contains(Lint("allow_anonymous true\n"), static finding => finding is { Line: 0, Code: MosquittoFindingCode.ListenerWithoutAcl });

    [Theory]
    [InlineData(-1, MosquittoFindingCode.CrlExpired)]
    [InlineData(0, MosquittoFindingCode.CrlExpired)]
    [InlineData(23 * 60, MosquittoFindingCode.CrlExpiresSoon)]
    [InlineData(24 * 60, null)]
    public void The_age_of_the_CRL_counts(int minutesLeft, MosquittoFindingCode? code)
    {
        var found = MosquittoConfigLinter.Lint(Good, Now, _ => Crl(Now.AddMinutes(minutesLeft)));

        Assert.Equal(code is null ? [] : [(19, code.Value)], found.Select(static finding => (finding.Line, finding.Code)));
    }

    [Fact]
    public void A_missing_truncated_or_foreign_CRL_is_an_error()
    {
        var good = Crl(Now.AddDays(7));
        byte[]?[] wrong = [null, [], good[..^40], Encoding.ASCII.GetBytes("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"), Encoding.ASCII.GetBytes("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), [.. good, .. good[..^40]]];

        Assert.All(wrong, crl => Assert.Equal(MosquittoFindingCode.CrlUnreadable, Assert.Single(MosquittoConfigLinter.Lint(Good, Now, _ => crl)).Code));
    }

    [Fact]
    public void The_earliest_of_several_CRLs_counts()
    {
        var (late, early) = (Crl(Now.AddDays(7)), Crl(Now.AddMinutes(5)));

        Assert.Equal(MosquittoFindingCode.CrlExpiresSoon, Assert.Single(MosquittoConfigLinter.Lint(Good, Now, _ => [.. late, .. early])).Code);
        Assert.Equal(MosquittoFindingCode.CrlExpiresSoon, Assert.Single(MosquittoConfigLinter.Lint(Good, Now, _ => [.. early, .. late])).Code);
    }

    private static IReadOnlyList<MosquittoFinding> Lint(string configuration) => MosquittoConfigLinter.Lint(configuration, Now);

    private static byte[] Crl(DateTimeOffset nextUpdate)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var authority = request.CreateSelfSigned(Now.AddDays(-30), Now.AddDays(30));
        var der = new CertificateRevocationListBuilder().Build(authority, 1, nextUpdate, HashAlgorithmName.SHA256, thisUpdate: nextUpdate.AddDays(-10));
        return Encoding.ASCII.GetBytes(PemEncoding.WriteString("X509 CRL", der) + "\n");
    }
}
