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
        _world.Broker.TakeOverFailures = failures;

        Assert.Equal(1, await EndAsync());
        Assert.Equal(Enumerable.Repeat("t:d1", failures + 1), _world.Broker.TakenOver);
    }

    [Fact]
    public async Task A_broker_that_never_takes_the_account_is_given_up_and_said_aloud()
    {
        _world.Broker.TakeOverFailures = int.MaxValue;

        Assert.Equal(0, await EndAsync());
        Assert.InRange(_world.Broker.TakenOver.Count, 2, 4);
        Assert.Equal(3048, _log.Collector.LatestRecord.Id.Id);
    }

    private async Task<int> EndAsync()
    {
        var control = new MosquittoSessionControl(_world.Broker, Options.Create(_world.Options), _world.Metrics, _world.Time, _log);
        var ending = control.EndSessionsAsync(PublisherWorld.Device("d1"), SessionEndReason.CertificateRevoked).AsTask();
        while (!ending.IsCompleted)
        {
            _world.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        return await ending;
    }
}
