using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Mqtt.Tests.Ingest;

/// <summary>Registry, certificate and rates, and their order: each case breaks everything that is asked later too.</summary>
public sealed class AdmissionRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly StubTrust _trust = new();
    private readonly FakeTimeProvider _time = new(Now);

    [Fact]
    public void A_known_enabled_device_with_a_live_certificate_is_admitted() => Assert.Equal(IngestRefusal.None, Decide(Registration()));

    [Fact]
    public void A_device_nobody_knows_is_refused_first()
    {
        _trust.IsLiveNow = false;
        Assert.Equal(IngestRefusal.DeviceUnknown, Decide(null, notAfter: Now));
    }

    [Fact]
    public void A_disabled_device_is_refused_before_its_tenant_is_looked_at() =>
        Assert.Equal(IngestRefusal.DeviceDisabled, Decide(Registration(enabled: false, active: false)));

    [Fact]
    public void A_suspended_tenant_is_refused_before_the_certificate_is_looked_at() =>
        Assert.Equal(IngestRefusal.TenantSuspended, Decide(Registration(active: false), notAfter: Now));

    [Fact]
    public void A_certificate_expires_at_its_very_end()
    {
        _trust.IsLiveNow = false;
        Assert.Equal(IngestRefusal.CertificateExpired, Decide(Registration(), notAfter: Now));
        Assert.Equal(IngestRefusal.CertificateRevoked, Decide(Registration(), notAfter: Now.AddTicks(1)));
    }

    [Fact]
    public void A_revoked_certificate_is_refused_before_the_site_is_looked_at()
    {
        _trust.IsLiveNow = false;
        Assert.Equal(IngestRefusal.CertificateRevoked, Decide(Registration(site: "a"), site: "b"));
    }

    [Fact]
    public void A_trust_seam_that_fails_trusts_nobody()
    {
        _trust.Throws = true;
        Assert.Equal(IngestRefusal.CertificateRevoked, Decide(Registration()));
    }

    [Theory]
    [InlineData("a", "b", IngestRefusal.SiteMismatch)]
    [InlineData("a", "A", IngestRefusal.SiteMismatch)]
    [InlineData("a", "a", IngestRefusal.None)]
    [InlineData(null, "b", IngestRefusal.None)]
    [InlineData("a", null, IngestRefusal.None)]
    public void A_site_must_match_when_both_know_one(string? registered, string? claimed, IngestRefusal refusal) =>
        Assert.Equal(refusal, Decide(Registration(site: registered), site: claimed));

    [Fact]
    public void The_device_is_limited_before_its_tenant()
    {
        var rules = Rules(options =>
        {
            options.DeviceBurst = 2;
            options.TenantBurst = 3;
        });

        Assert.Equal([IngestRefusal.None, IngestRefusal.None, IngestRefusal.DeviceRateLimited], Enumerable.Range(0, 3).Select(_ => Decide(rules, "d1")));
        Assert.Equal([IngestRefusal.None, IngestRefusal.TenantRateLimited], Enumerable.Range(0, 2).Select(_ => Decide(rules, "d2")));
    }

    [Fact]
    public void Only_a_live_unexpired_certificate_may_receive()
    {
        var rules = Rules();
        Assert.True(rules.MayReceive(TestDevices.Identity(notAfter: Now.AddTicks(1)).Certificate));
        Assert.False(rules.MayReceive(TestDevices.Identity(notAfter: Now).Certificate));
        _trust.IsLiveNow = false;
        Assert.False(rules.MayReceive(TestDevices.Identity(notAfter: Now.AddTicks(1)).Certificate));
    }

    private static DeviceRegistration Registration(bool enabled = true, bool active = true, string? site = null) =>
        new(TestDevices.Key(), site, enabled, active);

    private IngestRefusal Decide(DeviceRegistration? registration, DateTimeOffset? notAfter = null, string? site = null) =>
        Rules().Decide(TestDevices.Identity(notAfter: notAfter).Certificate, registration, new TelemetryEnvelope(null, null, site), 0);

    private static IngestRefusal Decide(AdmissionRules rules, string device) =>
        rules.Decide(TestDevices.Identity(device: device).Certificate, Registration(), default, 0);

    private AdmissionRules Rules(Action<PulseMqttOptions>? configure = null)
    {
        var options = new PulseMqttOptions();
        configure?.Invoke(options);
        return new AdmissionRules(_trust, Options.Create(options), _time);
    }

    private sealed class StubTrust : IDeviceTrust
    {
        public bool IsLiveNow { get; set; } = true;

        public bool Throws { get; set; }

        public DeviceTrustVerdict Check(X509Certificate2 leaf, IReadOnlyList<X509Certificate2> presented) => DeviceTrustVerdict.Refused("unused");

        public bool IsLive(in TrustedCertificate certificate) => Throws ? throw new InvalidOperationException("broken") : IsLiveNow;
    }
}
