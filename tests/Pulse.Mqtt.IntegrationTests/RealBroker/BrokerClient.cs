using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using MQTTnet;
using MQTTnet.Diagnostics.PacketInspection;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Pulse.Mqtt.IntegrationTests.RealBroker;

/// <summary>A client that asks the broker for its decisions.</summary>
public sealed class BrokerClient : IAsyncDisposable
{
    private const int AtOnce = 50;

    private readonly IMqttClient _client;

    private BrokerClient(IMqttClient client)
    {
        _client = client;

        // The client hands messages to their handler later, on another thread; what is needed is their order on the wire.
        _client.InspectPacketAsync += packet =>
        {
            if (packet.Direction == MqttPacketFlowDirection.Inbound && packet.Buffer[0] >> 4 == 3)
            {
                Received.Enqueue(Payload(packet.Buffer));
            }

            return Task.CompletedTask;
        };
    }

    public ConcurrentQueue<string> Received { get; } = new();

    public bool IsConnected => _client.IsConnected;

    public static async Task<BrokerClient> ConnectAsync(int port, string clientId, string? user, Action<MqttClientOptionsBuilder>? more = null)
    {
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithProtocolVersion(MqttProtocolVersion.V500).WithClientId(clientId).WithCleanStart();
        if (user is not null)
        {
            options.WithCredentials(user, "any");
        }

        more?.Invoke(options);
        var client = new BrokerClient(new MqttClientFactory().CreateMqttClient());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var connected = await client._client.ConnectAsync(options.Build(), patience.Token);
        Assert.Equal(MqttClientConnectResultCode.Success, connected.ResultCode);
        return client;
    }

    /// <summary>Publishes to each topic; the answers say which were allowed.</summary>
    public async Task<bool[]> PublishAsync(IReadOnlyList<string> topics, string tag = "")
    {
        var allowed = new bool[topics.Count];
        for (var start = 0; start < topics.Count; start += AtOnce)
        {
            await Task.WhenAll(Enumerable.Range(start, Math.Min(AtOnce, topics.Count - start)).Select(async index =>
            {
                var message = new MqttApplicationMessageBuilder().WithTopic(topics[index]).WithPayload(tag + index).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
                var result = await _client.PublishAsync(message);
                allowed[index] = result.ReasonCode switch
                {
                    MqttClientPublishReasonCode.Success or MqttClientPublishReasonCode.NoMatchingSubscribers => true,
                    MqttClientPublishReasonCode.NotAuthorized => false,
                    var code => throw new InvalidOperationException($"{topics[index]}: {code}"),
                };
            }));
        }

        return allowed;
    }

    public async Task<bool> MayPublishAsync(string topic) => (await PublishAsync([topic]))[0];

    public async Task SubscribeAsync(IEnumerable<string> filters)
    {
        foreach (var chunk in filters.Distinct().Chunk(AtOnce))
        {
            var options = new MqttClientSubscribeOptionsBuilder();
            foreach (var filter in chunk)
            {
                options.WithTopicFilter(filter);
            }

            await _client.SubscribeAsync(options.Build());
        }
    }

    /// <summary>When the answer is there, so is everything the broker sent before.</summary>
    public Task PingAsync() => _client.PingAsync();

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The payload of a QoS 0 PUBLISH with few properties.</summary>
    private static string Payload(ReadOnlySpan<byte> packet)
    {
        var start = 1;
        while ((packet[start++] & 0x80) != 0)
        {
        }

        var rest = packet[start..];
        rest = rest[(2 + BinaryPrimitives.ReadUInt16BigEndian(rest))..];
        return Encoding.UTF8.GetString(rest[(1 + rest[0])..]);
    }
}
