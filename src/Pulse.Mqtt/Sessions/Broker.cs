using Microsoft.Extensions.Hosting;
using MQTTnet.Server;

namespace Pulse.Mqtt;

/// <summary>Starts and stops MQTTnet behind our adapter, decides about each delivery, and watches keep-alive.</summary>
internal sealed class Broker(BrokerAdapter adapter, BrokerLogger brokerLogger, ConnectionTable connections, TimeProvider time) : IHostedService, IDisposable
{
    private const int MaxPendingDeliveries = 100;

    // Also the time MQTTnet waits for a client it takes over, with its global lock held; ours are cut before it hears of the new one.
    private static readonly TimeSpan CommunicationTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly MqttServer _server = new(
        new MqttServerOptionsBuilder()
            .WithoutDefaultEndpoint()
            .WithDefaultCommunicationTimeout(CommunicationTimeout)
            .WithMaxPendingMessagesPerClient(MaxPendingDeliveries)
            .WithPendingMessagesOverflowStrategy(MqttPendingMessagesOverflowStrategy.DropOldestQueuedMessage)
            .WithPersistentSessions(value: false)
            .Build(),
        [adapter],
        brokerLogger);

    private Task _sweeping = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _server.InterceptingClientEnqueueAsync += DecideDelivery;
        await _server.StartAsync().ConfigureAwait(false);
        _sweeping = SweepAsync(_stop.Token);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _sweeping.ConfigureAwait(false);
        await _server.StopAsync(new MqttServerStopOptions()).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _server.Dispose();
        _stop.Dispose();
    }

    private Task DecideDelivery(InterceptingClientApplicationMessageEnqueueEventArgs delivery)
    {
        var receiver = connections.Find(delivery.ReceiverClientId);
        delivery.AcceptEnqueue = receiver is not null && receiver.MayReceive(delivery.ApplicationMessage.Topic);
        return Task.CompletedTask;
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var timer = new PeriodicTimer(SweepInterval, time);
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                foreach (var connection in connections.All)
                {
                    connection.CheckLiveness();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }
}
