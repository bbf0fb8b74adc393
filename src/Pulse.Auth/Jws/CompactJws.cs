using System.Text;

namespace Pulse.Auth;

/// <summary>The three parts of a compact JWS (RFC 7515 §7.1), decoded into the caller's buffer.</summary>
internal readonly ref struct CompactJws
{
    private CompactJws(ReadOnlySpan<byte> signingInput, Span<byte> header, Span<byte> payload, ReadOnlySpan<byte> signature)
    {
        SigningInput = signingInput;
        Header = header;
        Payload = payload;
        Signature = signature;
    }

    /// <summary>Header, dot and payload as they were sent: what the signature covers.</summary>
    public ReadOnlySpan<byte> SigningInput { get; }

    public Span<byte> Header { get; }

    public Span<byte> Payload { get; }

    public ReadOnlySpan<byte> Signature { get; }

    /// <summary>Bytes a buffer needs for a token: its text and its decoded parts.</summary>
    public static int BufferSize(int tokenLength) => tokenLength * 2;

    /// <summary>Takes a token apart. Five parts (JWE), JSON forms and empty parts are refused alike.</summary>
    public static bool TryParse(ReadOnlySpan<char> token, Span<byte> buffer, out CompactJws jws)
    {
        jws = default;

        // With fewer dots than two they are the same; of more, one is in the payload and outside its alphabet.
        var headerEnd = token.IndexOf('.');
        var inputEnd = token.LastIndexOf('.');
        if (headerEnd == inputEnd)
        {
            return false;
        }

        var decoded = buffer[token.Length..];
        if (!StrictBase64Url.TryDecode(token[..headerEnd], decoded, out var headerLength))
        {
            return false;
        }

        var header = decoded[..headerLength];
        decoded = decoded[headerLength..];
        if (!StrictBase64Url.TryDecode(token[(headerEnd + 1)..inputEnd], decoded, out var payloadLength))
        {
            return false;
        }

        var payload = decoded[..payloadLength];
        decoded = decoded[payloadLength..];
        if (!StrictBase64Url.TryDecode(token[(inputEnd + 1)..], decoded, out var signatureLength))
        {
            return false;
        }

        // The alphabet was checked above, so each character is one byte.
        Encoding.ASCII.GetBytes(token[..inputEnd], buffer);
        jws = new CompactJws(buffer[..inputEnd], header, payload, decoded[..signatureLength]);
        return true;
    }
}
