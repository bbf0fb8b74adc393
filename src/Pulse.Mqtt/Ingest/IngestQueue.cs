using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace Pulse.Mqtt;

/// <summary>The bounded queue between the connections and the one loop that writes.</summary>
internal sealed class IngestQueue(IOptions<PulseMqttOptions> options)
{
    private readonly Channel<PendingMessage> _channel = Channel.CreateBounded<PendingMessage>(
        new BoundedChannelOptions(options.Value.QueueCapacity) { SingleReader = true });

    public ChannelReader<PendingMessage> Reader => _channel.Reader;

    public bool TryWrite(PendingMessage message) => _channel.Writer.TryWrite(message);

    public ValueTask WriteAsync(PendingMessage message, CancellationToken cancellationToken) =>
        _channel.Writer.WriteAsync(message, cancellationToken);

    public void Complete() => _channel.Writer.TryComplete();
}
