using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Mqtt.Tests.BrokerOperations;

public sealed class BrokerCanaryTests : IDisposable
{
    private readonly PublisherWorld _world = new();
    private readonly FakeLogger<BrokerCanary> _log = new();
    private readonly FakeTimeProvider _time = new();
    private readonly BrokerCanary _canary;

    public BrokerCanaryTests() =>
        _canary = new BrokerCanary(_world.Broker, Options.Create(_world.Options), _world.Metrics, _time, _log);

    public void Dispose()
    {
        _canary.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task Before_the_first_look_and_without_an_answer_nothing_is_claimed()
    {
        Assert.Equal(HealthStatus.Degraded, await StatusAsync());
        await _world.PublishAsync();
        await _canary.LookAsync(CancellationToken.None);
        _world.Broker.IsReachable = false;

        await _canary.LookAsync(CancellationToken.None);

        Assert.Equal(HealthStatus.Degraded, await StatusAsync());
    }

    [Fact]
    public async Task A_broker_that_refuses_the_forbidden_topic_is_healthy()
    {
        await _world.PublishAsync();

        await _canary.LookAsync(CancellationToken.None);

        Assert.Equal(HealthStatus.Healthy, await StatusAsync());
        Assert.Empty(_log.Collector.GetSnapshot());
    }

    [Fact]
    public async Task A_broker_without_rules_is_unhealthy_and_said_aloud()
    {
        await _canary.LookAsync(CancellationToken.None);

        Assert.Equal(HealthStatus.Unhealthy, await StatusAsync());
        Assert.Contains("AclOpen", Assert.Single(_log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true, HealthStatus.Unhealthy)]
    [InlineData(true, false, HealthStatus.Healthy)]
    [InlineData(false, true, HealthStatus.Healthy)]
    public async Task A_broker_that_lets_the_revoked_certificate_in_is_unhealthy(bool hasCertificate, bool isLetIn, HealthStatus status)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _world.Options.RevokedCertificate = hasCertificate
            ? new CertificateRequest("CN=revoked", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1))
            : null;
        _world.Broker.LetsRevokedIn = isLetIn;
        using var looks = new MetricCollector<long>(_world.Meters, "Pulse.Mqtt", "pulse.mqtt.broker.canary");
        await _world.PublishAsync();

        await _canary.LookAsync(CancellationToken.None);

        Assert.Equal(status, await StatusAsync());
        Assert.Equal(status == HealthStatus.Healthy ? "Protected" : "RevocationOpen", looks.LastMeasurement!.Tags["seen"]);
    }

    [Fact]
    public async Task It_looks_at_once_and_after_each_interval_whatever_a_look_comes_up_with()
    {
        using var looks = new MetricCollector<long>(_world.Meters, "Pulse.Mqtt", "pulse.mqtt.broker.canary");
        _world.Broker.ProbeFailures = 1;
        var started = _time.GetUtcNow();
        await _canary.StartAsync(CancellationToken.None);
        await _time.RunUntilAsync(() => looks.GetMeasurementSnapshot().Count == 1, TimeSpan.Zero);
        Assert.Equal(HealthStatus.Degraded, await StatusAsync());
        Assert.Contains(_log.Collector.GetSnapshot(), static entry => entry.Id.Id == 3046);

        await _time.RunUntilAsync(() => looks.GetMeasurementSnapshot().Count == 2, TimeSpan.FromSeconds(1));
        await _canary.StopAsync(CancellationToken.None);

        Assert.True(_time.GetUtcNow() - started >= _world.Options.CanaryInterval);
        Assert.Equal(["Unknown", "AclOpen"], looks.GetMeasurementSnapshot().Select(static look => look.Tags["seen"]));
        Assert.Equal(HealthStatus.Unhealthy, await StatusAsync());
    }

    private async Task<HealthStatus> StatusAsync() => (await _canary.CheckHealthAsync(new HealthCheckContext())).Status;
}
