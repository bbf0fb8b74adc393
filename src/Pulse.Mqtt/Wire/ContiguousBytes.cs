using System.Buffers;

namespace Pulse.Mqtt;

/// <summary>A sequence as one run of bytes: itself when it is one, else a rented copy.</summary>
internal readonly struct ContiguousBytes : IDisposable
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly byte[]? _rented;

    private ContiguousBytes(ReadOnlyMemory<byte> bytes, byte[]? rented)
    {
        _bytes = bytes;
        _rented = rented;
    }

    public ReadOnlySpan<byte> Span => _bytes.Span;

    public static ContiguousBytes Of(in ReadOnlySequence<byte> sequence)
    {
        if (sequence.IsSingleSegment)
        {
            return new ContiguousBytes(sequence.First, rented: null);
        }

        var length = (int)sequence.Length;
        var rented = ArrayPool<byte>.Shared.Rent(length);
        sequence.CopyTo(rented);
        return new ContiguousBytes(rented.AsMemory(0, length), rented);
    }

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }
}
