using System.Buffers.Text;

namespace Pulse.Mqtt;

/// <summary>
/// Reads RFC 8259 JSON from bytes already known to be valid UTF-8. No allocation, no exception on bad input: the first problem and
/// its place are kept, and every later read fails.
/// </summary>
internal ref struct JsonScanner(ReadOnlySpan<byte> json)
{
    // jsonb stores numbers of any size up to 131072 digits; a longer token than this is no measurement, and costs PostgreSQL a long time.
    private const int MaxNumberLength = 400;
    private const int MaxExponent = 400;
    private const ulong HashSeed = 14_695_981_039_346_656_037;
    private const ulong HashFactor = 1_099_511_628_211;

    private readonly ReadOnlySpan<byte> _json = json;

    public int Position { get; private set; }

    public JsonProblem Problem { get; private set; }

    public readonly bool AtEnd => Position == _json.Length;

    public readonly ReadOnlySpan<byte> Bytes(JsonText text) => _json.Slice(text.Start, text.Length);

    public readonly ReadOnlySpan<byte> Quoted(JsonText text) => _json.Slice(text.Start - 1, text.Length + 2);

    public readonly ReadOnlySpan<byte> From(int start) => _json[start..Position];

    public bool Fail(JsonProblem problem)
    {
        if (Problem == JsonProblem.None)
        {
            Problem = problem;
        }

        return false;
    }

    /// <summary>The next byte that is no white space, or 0 at the end.</summary>
    public byte Peek()
    {
        var rest = _json[Position..];
        var skipped = rest.IndexOfAnyExcept(" \t\r\n"u8);
        Position = skipped < 0 ? _json.Length : Position + skipped;
        return AtEnd ? (byte)0 : _json[Position];
    }

    public bool TryTake(byte expected)
    {
        if (Peek() != expected || AtEnd)
        {
            return false;
        }

        Position++;
        return true;
    }

    public bool Take(byte expected) => TryTake(expected) || Fail(JsonProblem.Syntax);

    public bool TakeLiteral(ReadOnlySpan<byte> literal)
    {
        if (!_json[Position..].StartsWith(literal))
        {
            return Fail(JsonProblem.Syntax);
        }

        Position += literal.Length;
        return true;
    }

    public bool TakeText(out JsonText text)
    {
        text = default;
        if (!Take((byte)'"'))
        {
            return false;
        }

        var start = Position;
        var escaped = false;
        var control = false;
        var characters = 0;
        var hash = HashSeed;
        while (Position < _json.Length)
        {
            var octet = _json[Position];
            if (octet == '"')
            {
                text = new JsonText(start, Position - start, escaped, characters, control, hash);
                Position++;
                return true;
            }

            if (octet < 0x20)
            {
                return Fail(JsonProblem.ControlCharacter);
            }

            if (octet == '\\')
            {
                escaped = true;
                if (!TakeEscape(out var scalar))
                {
                    return false;
                }

                control |= IsControl(scalar);
                hash = AddScalar(hash, scalar);
                characters++;
                continue;
            }

            // U+007F stands alone; U+0080–009F are C2 80 to C2 9F in UTF-8.
            control |= octet == 0x7F || (octet == 0xC2 && Position + 1 < _json.Length && _json[Position + 1] < 0xA0);
            characters += (octet & 0xC0) == 0x80 ? 0 : 1;
            hash = Add(hash, octet);
            Position++;
        }

        return Fail(JsonProblem.Syntax);
    }

    public bool TakeNumber(out double value, out bool isInteger)
    {
        value = 0;
        isInteger = false;
        var start = Position;
        Skip("-"u8);
        var leading = Position;
        var digits = TakeDigits();
        if (digits == 0 || (digits > 1 && _json[leading] == '0'))
        {
            return Fail(JsonProblem.Syntax);
        }

        isInteger = true;
        if (Skip("."u8))
        {
            isInteger = false;
            if (TakeDigits() == 0)
            {
                return Fail(JsonProblem.Syntax);
            }
        }

        var mantissa = _json[start..Position];
        if (Skip("eE"u8))
        {
            isInteger = false;
            if (!TakeExponent())
            {
                return false;
            }
        }

        var token = _json[start..Position];
        if (token.Length > MaxNumberLength || !Utf8Parser.TryParse(token, out value, out _))
        {
            return Fail(JsonProblem.NumberOutOfRange);
        }

        // Zero from digits that are not zero is an underflow: jsonb would keep another number than a double reader sees.
        var underflow = value == 0 && mantissa.IndexOfAnyInRange((byte)'1', (byte)'9') >= 0;
        return (double.IsFinite(value) && !underflow) || Fail(JsonProblem.NumberOutOfRange);
    }

    private bool TakeExponent()
    {
        Skip("+-"u8);
        var start = Position;
        if (TakeDigits() == 0)
        {
            return Fail(JsonProblem.Syntax);
        }

        var exponent = 0;
        foreach (var digit in _json[start..Position])
        {
            exponent = Math.Min((exponent * 10) + (digit - '0'), MaxExponent + 1);
        }

        return exponent <= MaxExponent || Fail(JsonProblem.NumberOutOfRange);
    }

    /// <summary>Takes the next byte if it is one of these.</summary>
    private bool Skip(ReadOnlySpan<byte> anyOf)
    {
        if (AtEnd || !anyOf.Contains(_json[Position]))
        {
            return false;
        }

        Position++;
        return true;
    }

    private int TakeDigits()
    {
        var rest = _json[Position..];
        var length = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        length = length < 0 ? rest.Length : length;
        Position += length;
        return length;
    }

    private bool TakeEscape(out int scalar)
    {
        scalar = 0;
        Position++;
        if (AtEnd)
        {
            return Fail(JsonProblem.Syntax);
        }

        var kind = _json[Position++];
        if (kind != 'u')
        {
            scalar = kind switch
            {
                (byte)'"' or (byte)'\\' or (byte)'/' => kind,
                (byte)'b' => '\b',
                (byte)'f' => '\f',
                (byte)'n' => '\n',
                (byte)'r' => '\r',
                (byte)'t' => '\t',
                _ => -1,
            };
            return scalar >= 0 || Fail(JsonProblem.Syntax);
        }

        if (!TakeHex(out scalar))
        {
            return false;
        }

        if (scalar == 0)
        {
            return Fail(JsonProblem.NulCharacter);
        }

        return !IsSurrogate(scalar) || TakeLowSurrogate(ref scalar);
    }

    private bool TakeLowSurrogate(ref int scalar)
    {
        var isHigh = scalar <= 0xDBFF;
        if (!isHigh || !_json[Position..].StartsWith("\\u"u8))
        {
            return Fail(JsonProblem.LoneSurrogate);
        }

        Position += 2;
        if (!TakeHex(out var low))
        {
            return false;
        }

        if (low is < 0xDC00 or > 0xDFFF)
        {
            return Fail(JsonProblem.LoneSurrogate);
        }

        scalar = char.ConvertToUtf32((char)scalar, (char)low);
        return true;
    }

    private bool TakeHex(out int value)
    {
        value = 0;
        if (_json.Length - Position < 4)
        {
            return Fail(JsonProblem.Syntax);
        }

        for (var i = 0; i < 4; i++)
        {
            var digit = _json[Position++];
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return Fail(JsonProblem.Syntax);
            }

            value = (value << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return true;
    }

    private static bool IsSurrogate(int scalar) => scalar is >= 0xD800 and <= 0xDFFF;

    private static bool IsControl(int scalar) => scalar is < 0x20 or (>= 0x7F and <= 0x9F);

    private static ulong AddScalar(ulong hash, int scalar)
    {
        Span<byte> utf8 = stackalloc byte[4];
        var length = new System.Text.Rune(scalar).EncodeToUtf8(utf8);
        foreach (var octet in utf8[..length])
        {
            hash = Add(hash, octet);
        }

        return hash;
    }

    private static ulong Add(ulong hash, byte octet) => (hash ^ octet) * HashFactor;
}
