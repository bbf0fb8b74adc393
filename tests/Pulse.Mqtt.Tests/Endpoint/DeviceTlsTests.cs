using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Pulse.Mqtt.Tests.BrokerOperations;

namespace Pulse.Mqtt.Tests.Endpoint;

/// <summary>What the handshakes of the listeners ask for, and which certificates the device listeners let in.</summary>
public sealed class DeviceTlsTests : IDisposable
{
    private static readonly X509Certificate2 Certificate = SelfSigned("CN=t1:d1");
    private static readonly X509Certificate2 Intermediate = SelfSigned("CN=intermediate");

    private readonly MeterFactory _meters = new();
    private readonly FakeLogger<DeviceTls> _log = new();
    private readonly StubTrust _trust = new();
    private readonly DefaultConnectionContext _connection = new();
    private readonly MetricCollector<long> _refused;
    private readonly DeviceTls _tls;

    public DeviceTlsTests()
    {
        _refused = new MetricCollector<long>(_meters, "Pulse.Mqtt", "pulse.mqtt.connections.refused");
        var options = new PulseMqttOptions { ServerCertificate = Certificate, ServerCertificateChain = [Intermediate], ConnectTimeout = TimeSpan.FromSeconds(7) };
        _tls = new DeviceTls(_trust, Options.Create(options), new MqttMetrics(_meters), _log);
    }

    public void Dispose()
    {
        _refused.Dispose();
        _connection.DisposeAsync().AsTask().Wait();
        _meters.Dispose();
    }

    [Fact]
    public void A_handshake_has_its_time() => Assert.Equal(TimeSpan.FromSeconds(7), _tls.For(MqttListener.Device).HandshakeTimeout);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [SuppressMessage("Security", "CA5398:Avoid hardcoded SslProtocols values", Justification = "The promise is these two.")]
    public void Every_listener_speaks_TLS_1_2_or_later_and_asks_the_network_nothing(int listener)
    {
        var options = _tls.OptionsFor((MqttListener)listener, _connection);

        Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, options.EnabledSslProtocols);
        Assert.False(options.AllowRenegotiation);
        Assert.Equal(X509RevocationMode.NoCheck, options.CertificateRevocationCheckMode);
        Assert.Equal(Certificate.RawData, options.ServerCertificateContext!.TargetCertificate.RawData);
        Assert.Equal((MqttListener)listener == MqttListener.WebSocket ? "http/1.1" : "mqtt", Assert.Single(options.ApplicationProtocols!).ToString());
    }

    [Fact]
    public void The_service_listener_asks_for_no_certificate() =>
        Assert.False(_tls.OptionsFor(MqttListener.Service, _connection).ClientCertificateRequired);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_device_listeners_require_a_certificate_and_judge_it_in_every_handshake(int listener)
    {
        var options = _tls.OptionsFor((MqttListener)listener, _connection);

        Assert.True(options.ClientCertificateRequired);
        Assert.False(options.AllowTlsResume);
        Assert.True(options.CertificateChainPolicy!.DisableCertificateDownloads);
        Assert.Equal((X509RevocationMode.NoCheck, X509ChainTrustMode.CustomRootTrust), (options.CertificateChainPolicy.RevocationMode, options.CertificateChainPolicy.TrustMode));
        Assert.Empty(options.CertificateChainPolicy.CustomTrustStore);
    }

    [Fact]
    public void A_trusted_certificate_travels_with_its_connection()
    {
        _trust.Verdict = DeviceTrustVerdict.Trusted(TestDevices.Identity().Certificate);
        using var chain = new X509Chain { ChainPolicy = { ExtraStore = { Intermediate } } };

        Assert.True(Judge(Certificate, chain));
        Assert.Equal(TestDevices.Key(), _connection.Features.Get<DeviceTlsFeature>()!.Certificate.Device);
        Assert.Same(Certificate, _trust.Leaf);
        Assert.Equal(Intermediate.RawData, Assert.Single(_trust.Presented).RawData);
        Assert.Empty(_refused.GetMeasurementSnapshot());
    }

    [Fact]
    public void The_platforms_own_verdict_counts_for_nothing()
    {
        _trust.Verdict = DeviceTrustVerdict.Trusted(TestDevices.Identity().Certificate);

        Assert.True(Judge(Certificate, null, SslPolicyErrors.RemoteCertificateChainErrors));
        Assert.Empty(_trust.Presented);
        _trust.Verdict = DeviceTrustVerdict.Refused("revoked");
        Assert.False(Judge(Certificate, null, SslPolicyErrors.None));
    }

    [Fact]
    public void No_certificate_is_refused()
    {
        _trust.Verdict = DeviceTrustVerdict.Trusted(TestDevices.Identity().Certificate);

        Assert.False(Judge(null, null));
        AssertRefused("no_certificate");
    }

    [Fact]
    public void A_certificate_the_seam_refuses_is_refused_with_its_reason()
    {
        _trust.Verdict = DeviceTrustVerdict.Refused("revoked");

        Assert.False(Judge(Certificate, null));
        AssertRefused("revoked");
    }

    [Fact]
    public void A_verdict_nobody_gave_is_a_refusal()
    {
        _trust.Verdict = default;

        Assert.False(Judge(Certificate, null));
        AssertRefused("unspecified");
    }

    [Fact]
    public void A_seam_that_fails_trusts_nobody()
    {
        _trust.Failure = new InvalidOperationException("away");

        Assert.False(Judge(Certificate, null));
        AssertRefused("trust_failed");
        Assert.Contains(_log.Collector.GetSnapshot(), entry => entry.Id.Id == 3011 && entry.Exception == _trust.Failure);
    }

    private void AssertRefused(string reason)
    {
        Assert.Null(_connection.Features.Get<DeviceTlsFeature>());
        Assert.Equal(reason, Assert.Single(_refused.GetMeasurementSnapshot()).Tags["reason"]);
        Assert.Contains(_log.Collector.GetSnapshot(), static entry => entry.Id.Id == 3010);
    }

    private bool Judge(X509Certificate2? leaf, X509Chain? chain, SslPolicyErrors platform = SslPolicyErrors.None) =>
        _tls.OptionsFor(MqttListener.Device, _connection).RemoteCertificateValidationCallback!(this, leaf, chain, platform);

    private static X509Certificate2 SelfSigned(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest(name, key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(80));
    }

    private sealed class StubTrust : IDeviceTrust
    {
        public DeviceTrustVerdict Verdict { get; set; }

        public Exception? Failure { get; set; }

        public X509Certificate2? Leaf { get; private set; }

        public IReadOnlyList<X509Certificate2> Presented { get; private set; } = [];

        public DeviceTrustVerdict Check(X509Certificate2 leaf, IReadOnlyList<X509Certificate2> presented)
        {
            (Leaf, Presented) = (leaf, presented);
            return Failure is null ? Verdict : throw Failure;
        }

        public bool IsLive(in TrustedCertificate certificate) => true;
    }
}
