using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Pulse.Auth;

/// <summary>
/// Reads exactly one JSON text (RFC 8259) and refuses what parsers disagree on: a repeated member name however it is
/// escaped, lone surrogates, invalid UTF-8, comments, bytes after the end. Bounded in depth and members. Never throws:
/// System.Text.Json does on every malformed token an attacker sends.
/// </summary>
/// <remarks>Unescapes in place: the given bytes are changed, and unescaped text is never longer than escaped text.</remarks>
internal ref struct StrictJsonReader
{
    public const int MaxDepth = 16;
    public const int MaxMembers = 128;

    /// <summary>Names that can be open at once: those of one object at each depth.</summary>
    public const int NameSlots = MaxDepth * MaxMembers;

    /// <summary>Longest text, in bytes: the position and length of a name share one slot of 32 bits.</summary>
    public const int MaxLength = (1 << (32 - NameLengthBits)) - 1;

    /// <summary>Longest name, in bytes after unescaping.</summary>
    public const int MaxNameLength = (1 << NameLengthBits) - 1;

    private const int NameLengthBits = 9;

    private static readonly SearchValues<byte> StringStops = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(control => (byte)control), (byte)'"', (byte)'\\']);

    private readonly Span<byte> _json;
    private readonly Span<uint> _names;
    private FirstNames _firstName;
    private NameMarks _marks;
    private uint _objects;
    private int _position;
    private int _depth;
    private int _nameCount;
    private Expect _expect;

    /// <param name="json">The text; at most <see cref="MaxLength"/> bytes.</param>
    /// <param name="names">Working space of <see cref="NameSlots"/> elements.</param>
    public StrictJsonReader(Span<byte> json, Span<uint> names)
    {
        _json = json;
        _names = names;
        _expect = json.Length <= MaxLength && Utf8.IsValid(json) ? Expect.Value : Expect.Nothing;
    }

    private enum Expect
    {
        Nothing,
        Value,
        ValueOrArrayEnd,
        NameOrObjectEnd,
        CommaOrEnd,
        EndOfText,
    }

    /// <summary>The token read last.</summary>
    public JsonToken Token { get; private set; }

    /// <summary>Unescaped text of a name or string, digits of a number.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    private readonly bool InObject => (_objects & (1u << _depth)) != 0;

    public JsonToken Read()
    {
        Token = _expect == Expect.Nothing ? JsonToken.Invalid : ReadNext();
        if (Token == JsonToken.Invalid)
        {
            _expect = Expect.Nothing;
        }

        return Token;
    }

    /// <summary>Passes over the value whose first token was just read; its content is checked all the same.</summary>
    public bool Skip()
    {
        if (Token is not (JsonToken.ObjectStart or JsonToken.ArrayStart))
        {
            return Token != JsonToken.Invalid;
        }

        var outer = _depth - 1;
        while (_depth > outer)
        {
            if (Read() == JsonToken.Invalid)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The number just read, when it is an integer written without fraction and exponent.</summary>
    public readonly bool TryGetInteger(out long value)
    {
        var isInteger = Utf8Parser.TryParse(Text, out value, out var consumed);
        return isInteger && consumed == Text.Length;
    }

    private JsonToken ReadNext()
    {
        SkipWhitespace();
        if (_position == _json.Length)
        {
            return _expect == Expect.EndOfText ? JsonToken.End : JsonToken.Invalid;
        }

        var next = _json[_position];
        switch (_expect)
        {
            case Expect.Value:
                return ReadValue(next);
            case Expect.ValueOrArrayEnd:
                return next == ']' ? Close() : ReadValue(next);
            case Expect.NameOrObjectEnd:
                return next == '}' ? Close() : ReadName(next);
            case Expect.CommaOrEnd:
                return next == (InObject ? '}' : ']') ? Close() : ReadAfterComma(next);
            default:
                return JsonToken.Invalid;
        }
    }

    private JsonToken ReadAfterComma(byte next)
    {
        if (next != ',')
        {
            return JsonToken.Invalid;
        }

        _position++;
        SkipWhitespace();
        if (_position == _json.Length)
        {
            return JsonToken.Invalid;
        }

        return InObject ? ReadName(_json[_position]) : ReadValue(_json[_position]);
    }

    private JsonToken ReadName(byte next)
    {
        if (next != '"')
        {
            return JsonToken.Invalid;
        }

        if (!TryReadString(out var start))
        {
            return JsonToken.Invalid;
        }

        if (!TryRemember(start, Text.Length))
        {
            return JsonToken.Invalid;
        }

        SkipWhitespace();
        if (_position == _json.Length || _json[_position] != ':')
        {
            return JsonToken.Invalid;
        }

        _position++;
        _expect = Expect.Value;
        return JsonToken.Name;
    }

    private bool TryRemember(int start, int length)
    {
        if (_nameCount - _firstName[_depth] == MaxMembers || length > MaxNameLength)
        {
            return false;
        }

        // Two names that are equal have one mark: mostly the mark is new, and no name need be compared.
        var mark = MarkOf(Text);
        var mayRepeat = (_marks[_depth] & mark) != 0;
        if (mayRepeat && IsRemembered(Text))
        {
            return false;
        }

        _marks[_depth] |= mark;
        _names[_nameCount++] = ((uint)start << NameLengthBits) | (uint)length;
        return true;
    }

    private readonly bool IsRemembered(ReadOnlySpan<byte> name)
    {
        for (var i = (int)_firstName[_depth]; i < _nameCount; i++)
        {
            // Names mostly differ in length already.
            if ((_names[i] & MaxNameLength) != (uint)name.Length)
            {
                continue;
            }

            var start = (int)(_names[i] >> NameLengthBits);
            if (_json.Slice(start, name.Length).SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    // One of 64 bits by length, first and last byte.
    // Stryker disable once Conditional,Arithmetic,Bitwise : another mark for the same name is as good; only the number of comparisons changes
    private static ulong MarkOf(ReadOnlySpan<byte> name) =>
        name.IsEmpty ? 1 : 1UL << ((name.Length + (name[0] * 7) + (name[^1] * 11)) & 63);

    private JsonToken ReadValue(byte next)
    {
        switch (next)
        {
            case (byte)'{':
                return Open(isObject: true);
            case (byte)'[':
                return Open(isObject: false);
            case (byte)'"':
                return TryReadString(out _) ? AfterValue(JsonToken.String) : JsonToken.Invalid;
            case (byte)'t':
                return ReadLiteral("true"u8, JsonToken.True);
            case (byte)'f':
                return ReadLiteral("false"u8, JsonToken.False);
            case (byte)'n':
                return ReadLiteral("null"u8, JsonToken.Null);
            default:
                return TryReadNumber() ? AfterValue(JsonToken.Number) : JsonToken.Invalid;
        }
    }

    private JsonToken Open(bool isObject)
    {
        if (_depth == MaxDepth)
        {
            return JsonToken.Invalid;
        }

        _position++;
        _depth++;
        _objects = isObject ? _objects | (1u << _depth) : _objects & ~(1u << _depth);
        _firstName[_depth] = (ushort)_nameCount;
        _marks[_depth] = 0;
        _expect = isObject ? Expect.NameOrObjectEnd : Expect.ValueOrArrayEnd;
        return isObject ? JsonToken.ObjectStart : JsonToken.ArrayStart;
    }

    private JsonToken Close()
    {
        var token = InObject ? JsonToken.ObjectEnd : JsonToken.ArrayEnd;
        _position++;
        _nameCount = _firstName[_depth];
        _depth--;
        return AfterValue(token);
    }

    private JsonToken AfterValue(JsonToken token)
    {
        _expect = _depth == 0 ? Expect.EndOfText : Expect.CommaOrEnd;
        return token;
    }

    private JsonToken ReadLiteral(ReadOnlySpan<byte> literal, JsonToken token)
    {
        if (!_json[_position..].StartsWith(literal))
        {
            return JsonToken.Invalid;
        }

        _position += literal.Length;
        return AfterValue(token);
    }

    private bool TryReadNumber()
    {
        var length = JsonNumber.Measure(_json[_position..]);
        Text = _json.Slice(_position, length);
        _position += length;
        return length > 0;
    }

    private void SkipWhitespace()
    {
        while (_position < _json.Length && _json[_position] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
        {
            _position++;
        }
    }

    private bool TryReadString(out int start)
    {
        start = ++_position;
        var write = start;
        while (true)
        {
            var run = _json[_position..].IndexOfAny(StringStops);
            if (run < 0)
            {
                return false;
            }

            if (write != _position)
            {
                _json.Slice(_position, run).CopyTo(_json[write..]);
            }

            write += run;
            _position += run;
            var stop = _json[_position++];
            if (stop == '"')
            {
                Text = _json[start..write];
                return true;
            }

            if (stop != '\\' || !JsonEscape.TryDecode(_json, ref _position, ref write))
            {
                return false;
            }
        }
    }

    [InlineArray(MaxDepth + 1)]
    private struct FirstNames
    {
        private ushort _first;
    }

    [InlineArray(MaxDepth + 1)]
    private struct NameMarks
    {
        private ulong _first;
    }
}
