using System.Security.Cryptography;

namespace Pulse.Audit;

/// <summary>The one kind of key that signs here.</summary>
internal static class P256
{
    private const string Oid = "1.2.840.10045.3.1.7";

    /// <returns>Null when these bytes are no public key on P-256 and nothing else.</returns>
    public static ECDsa? ImportPublicKey(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out var read);
            if (read == subjectPublicKeyInfo.Length && IsOnCurve(key))
            {
                return key;
            }
        }
        catch (CryptographicException)
        {
            // Not a key, or of another algorithm: the answer says so.
        }

        key.Dispose();
        return null;
    }

    public static bool IsOnCurve(ECDsa key) => key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == Oid;
}
