using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Pulse.Auth;

/// <summary>The text in the session cookie: 256 random bits, which mean nothing.</summary>
internal static class SessionId
{
    private const int Bytes = 32;
    private const int Characters = 43;

    public static string Create()
    {
        Span<byte> random = stackalloc byte[Bytes];
        RandomNumberGenerator.Fill(random);
        return Base64Url.EncodeToString(random);
    }

    /// <summary>The store's key for a well-formed identifier; null for any other text.</summary>
    public static string? KeyOf(string id)
    {
        Span<byte> bytes = stackalloc byte[Bytes + 1];
        if (id.Length != Characters || !StrictBase64Url.TryDecode(id, bytes, out _))
        {
            return null;
        }

        return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(id)));
    }
}
