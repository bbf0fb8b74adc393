using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Pulse.Auth;

/// <summary>
/// The members of a JWS header that are read. <c>jwk</c>, <c>jku</c>, <c>x5u</c>, <c>x5c</c> and <c>x5t</c> never are:
/// a token does not say which key to trust.
/// </summary>
internal readonly record struct JoseHeader(PulseJwtAlgorithms Algorithm, string KeyId, string? Type)
{
    private const int MaxKeyIdLength = 128;

    private static readonly SearchValues<byte> KeyIdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~+/=-"u8);

    /// <summary>Reads a header strictly.</summary>
    [SkipLocalsInit]
    public static PulseTokenFailure TryRead(Span<byte> json, out JoseHeader header)
    {
        header = default;
        var reader = new StrictJsonReader(json, stackalloc uint[StrictJsonReader.NameSlots]);
        if (reader.Read() != JsonToken.ObjectStart)
        {
            return PulseTokenFailure.HeaderInvalid;
        }

        var algorithm = PulseJwtAlgorithms.None;
        string? keyId = null;
        string? type = null;
        var extended = false;
        while (reader.Read() == JsonToken.Name)
        {
            var name = reader.Text;
            reader.Read();
            if (name.SequenceEqual("alg"u8))
            {
                algorithm = reader.Token == JsonToken.String ? ParseAlgorithm(reader.Text) : PulseJwtAlgorithms.None;
            }
            else if (name.SequenceEqual("kid"u8))
            {
                keyId = reader.Token == JsonToken.String && IsKeyId(reader.Text) ? Encoding.ASCII.GetString(reader.Text) : null;
            }
            else if (name.SequenceEqual("typ"u8))
            {
                if (reader.Token != JsonToken.String)
                {
                    return PulseTokenFailure.HeaderInvalid;
                }

                type = Encoding.UTF8.GetString(reader.Text);
            }
            else
            {
                extended |= IsExtension(name);
            }

            reader.Skip();
        }

        if (reader.Token != JsonToken.ObjectEnd || reader.Read() != JsonToken.End)
        {
            return PulseTokenFailure.HeaderInvalid;
        }

        header = new JoseHeader(algorithm, keyId ?? "", type);
        if (extended)
        {
            return PulseTokenFailure.HeaderExtension;
        }

        if (algorithm == PulseJwtAlgorithms.None)
        {
            return PulseTokenFailure.AlgorithmNotAllowed;
        }

        return keyId is null ? PulseTokenFailure.KeyIdInvalid : PulseTokenFailure.None;
    }

    /// <summary>The grammar of key identifiers, in tokens and in key sets.</summary>
    public static bool IsKeyId(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.Length > MaxKeyIdLength)
        {
            return false;
        }

        return !value.ContainsAnyExcept(KeyIdCharacters);
    }

    /// <summary>The algorithm of exactly this name; none for any other text, in any case.</summary>
    public static PulseJwtAlgorithms ParseAlgorithm(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("RS256"u8))
        {
            return PulseJwtAlgorithms.RS256;
        }

        if (name.SequenceEqual("PS256"u8))
        {
            return PulseJwtAlgorithms.PS256;
        }

        if (name.SequenceEqual("ES256"u8))
        {
            return PulseJwtAlgorithms.ES256;
        }

        if (name.SequenceEqual("ES384"u8))
        {
            return PulseJwtAlgorithms.ES384;
        }

        return name.SequenceEqual("ES512"u8) ? PulseJwtAlgorithms.ES512 : PulseJwtAlgorithms.None;
    }

    // RFC 7515 §4.1.11: an extension that is not understood is refused, and none is. b64 (RFC 7797), zip and enc
    // (RFC 7516) change what the signature covers.
    private static bool IsExtension(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("crit"u8) || name.SequenceEqual("b64"u8) || name.SequenceEqual("zip"u8) || name.SequenceEqual("enc"u8);
}
