using System.Security.Cryptography;

namespace Pulse.Audit;

/// <summary>Reads the public keys of a PEM text.</summary>
internal static class TrustedKeys
{
    public static List<ReadOnlyMemory<byte>> Read(string pem)
    {
        List<ReadOnlyMemory<byte>> keys = [];
        var rest = pem.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (rest[fields.Label] is "PUBLIC KEY")
            {
                var bytes = new byte[fields.DecodedDataLength];
                Convert.TryFromBase64Chars(rest[fields.Base64Data], bytes, out var length);
                using var key = P256.ImportPublicKey(bytes.AsSpan(0, length));
                keys.AddRange(key is null ? [] : [bytes.AsMemory(0, length)]);
            }

            rest = rest[fields.Location.End..];
        }

        return keys.Count > 0
            ? keys
            : throw new ArgumentException("The PEM text holds no public ECDSA key on P-256; write one with: openssl ec -in key.pem -pubout", nameof(pem));
    }
}
