using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Pulse.Auth;

/// <summary>Reads <c>cnf</c> (RFC 7800 §3.1): the key whose possession a token demands.</summary>
internal static class ConfirmationReader
{
    private static readonly int ThumbprintLength = Base64Url.GetEncodedLength(SHA256.HashSizeInBytes);

    /// <summary>The certificate thumbprint (RFC 8705 §3.1); null for any other proof, for several, and for what is malformed.</summary>
    public static byte[]? ReadThumbprint(ref StrictJsonReader reader)
    {
        if (reader.Token != JsonToken.ObjectStart)
        {
            return null;
        }

        // Of two proofs, one that is not understood would be waived.
        byte[]? thumbprint = null;
        var members = 0;
        while (reader.Read() == JsonToken.Name)
        {
            members++;
            var isThumbprint = reader.Text.SequenceEqual("x5t#S256"u8);
            reader.Read();
            thumbprint = isThumbprint && reader.Token == JsonToken.String ? Decode(reader.Text) : null;
            reader.Skip();
        }

        return members == 1 ? thumbprint : null;
    }

    private static byte[]? Decode(ReadOnlySpan<byte> text)
    {
        if (text.Length != ThumbprintLength)
        {
            return null;
        }

        Span<char> characters = stackalloc char[ThumbprintLength];
        Encoding.ASCII.GetChars(text, characters);
        var thumbprint = new byte[ThumbprintLength];
        return StrictBase64Url.TryDecode(characters, thumbprint, out var written) ? thumbprint[..written] : null;
    }
}
