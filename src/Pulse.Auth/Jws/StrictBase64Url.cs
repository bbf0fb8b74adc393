using System.Buffers;
using System.Buffers.Text;

namespace Pulse.Auth;

/// <summary>Base64url without padding (RFC 7515 §2), accepting exactly one text for each byte string.</summary>
internal static class StrictBase64Url
{
    // The decoder of .NET refuses set trailing bits but lets padding and white space pass.
    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Decodes a text that is not empty.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        written = 0;
        if (text.IsEmpty || text.ContainsAnyExcept(Alphabet))
        {
            return false;
        }

        return Base64Url.DecodeFromChars(text, destination, out _, out written) == OperationStatus.Done;
    }
}
