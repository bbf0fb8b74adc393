using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Pulse.Audit;

/// <summary>
/// Writes JSON of one shape only, so the same event is the same bytes on every machine and runtime: members in the order of
/// the calls, no white space, whole numbers, texts that <see cref="SafeText"/> has cleaned. Only the quotation mark and the
/// backslash are escaped.
/// </summary>
internal ref struct CanonicalJson
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create("\"\\");

    private byte[] _buffer;
    private int _length;
    private bool _needsComma;

    public CanonicalJson(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public readonly int Length => _length;

    public readonly byte[] ToArray() => _buffer.AsSpan(0, _length).ToArray();

    public readonly void Dispose() => ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);

    public void Open(byte bracket)
    {
        Separate();
        Raw([bracket]);
        _needsComma = false;
    }

    public void Close(byte bracket)
    {
        Raw([bracket]);
        _needsComma = true;
    }

    /// <summary>Writes a member's name, which needs no escaping.</summary>
    public void Name(scoped ReadOnlySpan<char> name)
    {
        Separate();
        Raw("\""u8);
        Utf8(name);
        Raw("\":"u8);
        _needsComma = false;
    }

    public void Member(string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        Name(name);
        Text(value);
    }

    public void Text(string? value)
    {
        if (value is null)
        {
            Literal("null"u8);
            return;
        }

        Separate();
        Raw("\""u8);
        var rest = value.AsSpan();
        for (int stop; (stop = rest.IndexOfAny(Escaped)) >= 0; rest = rest[(stop + 1)..])
        {
            Utf8(rest[..stop]);
            Raw([(byte)'\\', (byte)rest[stop]]);
        }

        Utf8(rest);
        Raw("\""u8);
        _needsComma = true;
    }

    public void Number(long value)
    {
        Separate();
        Reserve(20);
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_length), out var written);
        _length += written;
        _needsComma = true;
    }

    public void Boolean(bool value) => Literal(value ? "true"u8 : "false"u8);

    private void Literal(scoped ReadOnlySpan<byte> value)
    {
        Separate();
        Raw(value);
        _needsComma = true;
    }

    private void Separate()
    {
        if (_needsComma)
        {
            Raw(","u8);
        }
    }

    private void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Utf8(scoped ReadOnlySpan<char> text)
    {
        Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        _length += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length));
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _length >= bytes)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + bytes));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = larger;
    }
}
