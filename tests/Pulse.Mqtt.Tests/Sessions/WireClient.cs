using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Packets;

namespace Pulse.Mqtt.Tests.Sessions;

/// <summary>The client's end of a connection: bytes in, packets out, and no socket between.</summary>
internal sealed class WireClient : IDuplexPipe
{
    private readonly Pipe _up = new();
    private readonly Pipe _down = new();
    private readonly CancellationTokenSource _gone = new();
    private readonly MqttPacketFormatterAdapter _decoder;

    public WireClient(MqttListener listener, TrustedCertificate? certificate, EndpointServices services, bool isVersion5)
    {
        _decoder = new MqttPacketFormatterAdapter(isVersion5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311, new MqttBufferWriter(4096, 65_535));
        Connection = new MqttConnection(new MqttTransport(this, listener, new IPEndPoint(IPAddress.Loopback, 4711), Abort, _gone.Token), certificate, services);
        Run = RunAsync();
    }

    PipeReader IDuplexPipe.Input => _up.Reader;

    PipeWriter IDuplexPipe.Output => _down.Writer;

    public MqttConnection Connection { get; }

    /// <summary>Completes when the endpoint is done with the connection.</summary>
    public Task Run { get; }

    public bool IsAborted { get; private set; }

    public async Task SendAsync(params byte[][] packets)
    {
        foreach (var packet in packets)
        {
            await _up.Writer.WriteAsync(packet);
        }
    }

    public Task SendAsync(string hex) => SendAsync(Convert.FromHexString(hex));

    /// <summary>The transport is gone, as after a closed socket.</summary>
    public async Task LeaveAsync()
    {
        await _up.Writer.CompleteAsync();
        await _gone.CancelAsync();
    }

    /// <summary>The next packet in hexadecimal; empty when the endpoint closed the connection.</summary>
    public async Task<string> ReceiveAsync() => Convert.ToHexString(await ReceiveBytesAsync());

    /// <summary>The next packet decoded.</summary>
    public async Task<T> ReceiveAsync<T>()
        where T : MqttPacket
    {
        var packet = await ReceiveBytesAsync();
        var start = BodyStart(packet);
        return Assert.IsType<T>(_decoder.Decode(new ReceivedMqttPacket(packet[0], packet[start..], packet.Length)));
    }

    /// <summary>Asserts that nothing was sent before the answer to a ping.</summary>
    public async Task NothingAsync()
    {
        await SendAsync(Packets.PingRequest);
        Assert.Equal(Packets.PingResponse, await ReceiveAsync());
    }

    /// <summary>Asserts that the connection ends without another packet.</summary>
    public async Task EndsAsync()
    {
        Assert.Equal(string.Empty, await ReceiveAsync());
        await Run.WaitAsync(EndpointWorld.Patience);
    }

    private async Task RunAsync()
    {
        await Connection.RunAsync();
        await _down.Writer.CompleteAsync();
        await _up.Reader.CompleteAsync();
    }

    private void Abort()
    {
        IsAborted = true;
        _gone.Cancel();
        _down.Reader.Complete();
    }

    private async Task<byte[]> ReceiveBytesAsync()
    {
        while (true)
        {
            var result = await _down.Reader.ReadAsync().AsTask().WaitAsync(EndpointWorld.Patience);
            var bytes = result.Buffer.ToArray();
            var start = BodyStart(bytes);
            var length = start == 0 ? int.MaxValue : start + LengthOf(bytes);
            if (bytes.Length >= length)
            {
                _down.Reader.AdvanceTo(result.Buffer.GetPosition(length));
                return bytes[..length];
            }

            _down.Reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                return bytes;
            }
        }
    }

    /// <summary>Where the body begins; 0 when the fixed header is not whole.</summary>
    private static int BodyStart(ReadOnlySpan<byte> packet)
    {
        for (var i = 1; i < packet.Length; i++)
        {
            if (packet[i] < 0x80)
            {
                return i + 1;
            }
        }

        return 0;
    }

    private static int LengthOf(ReadOnlySpan<byte> packet)
    {
        var (length, shift) = (0, 0);
        foreach (var octet in packet[1..BodyStart(packet)])
        {
            length |= (octet & 0x7F) << shift;
            shift += 7;
        }

        return length;
    }
}
