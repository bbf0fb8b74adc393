using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using MQTTnet.Formatter;

namespace Pulse.Mqtt;

/// <summary>
/// Writes to one client. Acknowledgements are collected and written together by a pump of their own, so that the loop that commits never
/// waits for a client that does not read.
/// </summary>
internal sealed class MqttOutput(PipeWriter pipe, bool isVersion5) : IDisposable
{
    private const int MaxUnreadBytes = 64 * 1024;

    private readonly Lock _ackLock = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private ArrayBufferWriter<byte> _acks = new();
    private ArrayBufferWriter<byte> _spare = new();
    private bool _pumping;
    private bool _closed;

    /// <summary>Whether the client leaves so many acknowledgements unread that it must go: they would pile up without a bound.</summary>
    public bool IsUnread
    {
        get
        {
            lock (_ackLock)
            {
                return _acks.WrittenCount > MaxUnreadBytes;
            }
        }
    }

    /// <summary>Collects a PUBACK (MQTT 5.0 §3.4); MQTT 3.1.1 knows no reason codes.</summary>
    public void AddPubAck(ushort packetId, MQTTnet.Protocol.MqttPubAckReasonCode code)
    {
        lock (_ackLock)
        {
            var hasCode = isVersion5 && code != MQTTnet.Protocol.MqttPubAckReasonCode.Success;
            var size = hasCode ? 5 : 4;
            var packet = _acks.GetSpan(size);
            packet[0] = (int)PacketType.PubAck << 4;
            packet[1] = (byte)(size - 2);
            BinaryPrimitives.WriteUInt16BigEndian(packet[2..], packetId);
            if (hasCode)
            {
                packet[4] = (byte)code;
            }

            _acks.Advance(size);
        }
    }

    /// <summary>Has the collected acknowledgements written soon.</summary>
    public void FlushAcks()
    {
        lock (_ackLock)
        {
            if (_pumping || _acks.WrittenCount == 0)
            {
                return;
            }

            _pumping = true;
        }

        _ = PumpAsync();
    }

    /// <summary>Writes a whole packet and waits until the client's transport took it.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_closed)
            {
                await pipe.WriteAsync(packet, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Encodes and writes a packet; nobody else may use the formatter's buffer meanwhile.</summary>
    /// <returns>The bytes written; 0 when the packet exceeds <paramref name="maxSize"/> and was dropped (MQTT 5.0 §3.1.2.11.4).</returns>
    public async ValueTask<int> WriteAsync(
        MQTTnet.Packets.MqttPacket packet, MqttPacketFormatterAdapter formatter, uint maxSize, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var bytes = formatter.Encode(packet);
            if (_closed || (maxSize != 0 && bytes.Length > maxSize))
            {
                return 0;
            }

            pipe.Write(bytes.Packet);
            foreach (var segment in bytes.Payload)
            {
                pipe.Write(segment.Span);
            }

            await pipe.FlushAsync(cancellationToken).ConfigureAwait(false);
            return bytes.Length;
        }
        finally
        {
            formatter.Cleanup();
            _gate.Release();
        }
    }

    /// <summary>Writes a last packet if the client reads, and nothing afterwards.</summary>
    public async ValueTask CloseAsync(ReadOnlyMemory<byte> lastPacket, CancellationToken patience)
    {
        try
        {
            await _gate.WaitAsync(patience).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Somebody waits for a client that does not read; it gets no last packet, and the transport is cut.
            return;
        }

        try
        {
            _closed = true;
            lock (_ackLock)
            {
                pipe.Write(_acks.WrittenSpan);
                _acks.ResetWrittenCount();
            }

            pipe.Write(lastPacket.Span);
            await pipe.FlushAsync(patience).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsTransportGone(exception))
        {
            // The client left first.
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    internal static bool IsTransportGone(Exception exception) =>
        exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    private async Task PumpAsync()
    {
        // The caller is the loop that commits; encrypting for a client is not its work.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (await WriteAcksAsync().ConfigureAwait(false))
            {
            }
        }
        catch (Exception exception) when (IsTransportGone(exception))
        {
            // Nobody is left to be told; the client sends unacknowledged messages again.
        }
    }

    private async Task<bool> WriteAcksAsync()
    {
        // Taken behind the gate alone: what was taken before it and had to wait, a last packet would overtake.
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_closed)
            {
                return false;
            }

            if (!TryTakeAcks(out var acks))
            {
                return false;
            }

            await pipe.WriteAsync(acks.WrittenMemory, CancellationToken.None).ConfigureAwait(false);
            acks.ResetWrittenCount();
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    private bool TryTakeAcks(out ArrayBufferWriter<byte> acks)
    {
        lock (_ackLock)
        {
            acks = _acks;
            if (acks.WrittenCount == 0)
            {
                _pumping = false;
                return false;
            }

            (_acks, _spare) = (_spare, _acks);
            return true;
        }
    }
}
