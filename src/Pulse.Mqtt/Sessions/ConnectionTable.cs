using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MQTTnet.Protocol;

namespace Pulse.Mqtt;

/// <summary>The open connections by identity: one each.</summary>
internal sealed class ConnectionTable(
    IOptions<PulseMqttOptions> options, RegistryCache registry, MqttMetrics metrics, TimeProvider time, ILogger<ConnectionTable> logger) : ISessionControl
{
    private static readonly TimeSpan TakeoverPatience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, MqttConnection> _connections = new(StringComparer.Ordinal);
    private int _open;

    public IEnumerable<MqttConnection> All => _connections.Values;

    /// <summary>Takes one of the places for transports; <see cref="Leave"/> gives it back.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _open) <= options.Value.MaxConnections)
        {
            return true;
        }

        Interlocked.Decrement(ref _open);
        metrics.Refused("too_many_connections");
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _open);

    public MqttConnection? Find(string id) => _connections.GetValueOrDefault(id);

    /// <summary>
    /// Makes this the connection of its identity. An older one is cut here, before the broker hears of the new one: the broker would hold a
    /// global lock while it talks to the old client, and a client that does not read would stop every new connection.
    /// </summary>
    public async Task AddAsync(MqttConnection connection)
    {
        while (true)
        {
            var current = _connections.GetOrAdd(connection.Id, connection);
            if (ReferenceEquals(current, connection))
            {
                return;
            }

            current.End(MqttDisconnectReasonCode.SessionTakenOver, "taken_over");
            try
            {
                await current.Finished.WaitAsync(TakeoverPatience, time).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                current.Abort();
            }

            _connections.TryRemove(KeyValuePair.Create(connection.Id, current));
        }
    }

    public void Remove(MqttConnection connection) => _connections.TryRemove(KeyValuePair.Create(connection.Id, connection));

    public async ValueTask<int> EndSessionsAsync(DeviceKey device, SessionEndReason reason, CancellationToken cancellationToken = default)
    {
        var id = device.MqttName;
        registry.Invalidate(device);
        if (!_connections.TryGetValue(id, out var connection))
        {
            return 0;
        }

        connection.End(MqttDisconnectReasonCode.AdministrativeAction, "administrative");
        Log.SessionsEnded(logger, 1, device, reason);
        try
        {
            await connection.Finished.WaitAsync(TakeoverPatience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            connection.Abort();
        }

        return 1;
    }
}
