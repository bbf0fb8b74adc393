using System.Buffers;
using System.IO.Pipelines;

namespace Pulse.Mqtt;

/// <summary>
/// Reads packets from a pipe. The fixed header is read alone, so that the caller can refuse a length before a byte of the body is buffered.
/// </summary>
internal sealed class PacketReader(PipeReader pipe)
{
    private const int MaxLengthBytes = 4;

    /// <summary>Reads the next fixed header.</summary>
    public async ValueTask<PacketHead> ReadHeadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (TryParseHead(result.Buffer, out var head, out var consumed))
            {
                pipe.AdvanceTo(consumed);
                return head;
            }

            pipe.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted || result.IsCanceled)
            {
                return default;
            }
        }
    }

    /// <summary>Waits until the bytes are there; <see cref="Advance"/> must follow. Shorter than asked only at the end of the stream.</summary>
    public async ValueTask<ReadOnlySequence<byte>> PeekAsync(int length, CancellationToken cancellationToken)
    {
        if (length == 0)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        var result = await pipe.ReadAtLeastAsync(length, cancellationToken).ConfigureAwait(false);
        return result.Buffer.Length > length ? result.Buffer.Slice(0, length) : result.Buffer;
    }

    /// <summary>Goes on behind what <see cref="PeekAsync"/> showed.</summary>
    public void Advance(in ReadOnlySequence<byte> shown)
    {
        if (!shown.IsEmpty)
        {
            pipe.AdvanceTo(shown.End);
        }
    }

    /// <summary>Passes over bytes without keeping them.</summary>
    /// <returns>Whether all of them came before the stream ended.</returns>
    public async ValueTask<bool> SkipAsync(int length, Action<ReadOnlySequence<byte>> look, CancellationToken cancellationToken)
    {
        while (length > 0)
        {
            var result = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            var part = result.Buffer.Length > length ? result.Buffer.Slice(0, length) : result.Buffer;
            look(part);
            length -= (int)part.Length;
            pipe.AdvanceTo(part.End);
            if (length > 0 && (result.IsCompleted || result.IsCanceled))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryParseHead(in ReadOnlySequence<byte> buffer, out PacketHead head, out SequencePosition consumed)
    {
        head = default;
        consumed = default;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryRead(out var first))
        {
            return false;
        }

        var length = 0;
        for (var i = 0; i < MaxLengthBytes; i++)
        {
            if (!reader.TryRead(out var octet))
            {
                return false;
            }

            length |= (octet & 0x7F) << (7 * i);
            if (octet < 0x80)
            {
                head = first >> 4 == 0 ? new PacketHead(0, 0, IsMalformed: true) : new PacketHead(first, length, IsMalformed: false);
                consumed = reader.Position;
                return true;
            }
        }

        head = new PacketHead(0, 0, IsMalformed: true);
        consumed = reader.Position;
        return true;
    }
}
