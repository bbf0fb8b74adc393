using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace Pulse.Mqtt.Tests.BrokerOperations;

public sealed class MosquittoSessionControlTests : IDisposable
{
    private readonly PublisherWorld _world = new();
    private readonly FakeLogger<MosquittoSessionControl> _log = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_session_is_ended_by_taking_its_client_id_over(int failures)
    {
        using var ended = Ended();
        _world.Broker.TakeOverFailures = failures;

        Assert.Equal(1, await EndAsync());
        Assert.Equal("ended", ended.LastMeasurement!.Tags["outcome"]);
        Assert.Equal(3017, _log.Collector.LatestRecord.Id.Id);
        Assert.Equal(Enumerable.Repeat("t:d1", failures + 1), _world.Broker.TakenOver);
    }

    [Fact]
    public async Task A_broker_that_never_takes_the_account_is_given_up_and_said_aloud()
    {
        using var ended = Ended();
        _world.Broker.TakeOverFailures = int.MaxValue;

        Assert.Equal(0, await EndAsync());
        Assert.Equal("failed", ended.LastMeasurement!.Tags["outcome"]);
        Assert.InRange(_world.Broker.TakenOver.Count, 2, 4);
        Assert.Equal(3048, _log.Collector.LatestRecord.Id.Id);
    }

    private MetricCollector<long> Ended() => new(_world.Meters, "Pulse.Mqtt", "pulse.mqtt.broker.sessions_ended");

    private async Task<int> EndAsync()
    {
        var control = new MosquittoSessionControl(_world.Broker, Options.Create(_world.Options), _world.Metrics, _world.Time, _log);
        return await _world.Time.FinishAsync(control.EndSessionsAsync(PublisherWorld.Device("d1"), SessionEndReason.CertificateRevoked).AsTask());
    }
}
