using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pulse.Auth;

/// <summary>
/// The first certificate of <c>x5c</c> (RFC 7517 §4.7), which must hold the key beside it: of two keys in one entry,
/// libraries disagree on which one counts.
/// </summary>
internal static class KeyCertificate
{
    /// <summary>Whether the certificate holds this RSA key.</summary>
    public static bool Holds(string certificate, RSAParameters key)
    {
        using var rsa = ReadKey(certificate, parsed => parsed.GetRSAPublicKey());
        if (rsa is null)
        {
            return false;
        }

        var held = rsa.ExportParameters(includePrivateParameters: false);
        return Equal(held.Modulus, key.Modulus) && Equal(held.Exponent, key.Exponent);
    }

    /// <summary>Whether the certificate holds this key on this curve.</summary>
    public static bool Holds(string certificate, ECParameters key)
    {
        using var ecdsa = ReadKey(certificate, parsed => parsed.GetECDsaPublicKey());
        if (ecdsa is null)
        {
            return false;
        }

        var held = ecdsa.ExportParameters(includePrivateParameters: false);
        return held.Curve.Oid.Value == key.Curve.Oid.Value && Equal(held.Q.X, key.Q.X) && Equal(held.Q.Y, key.Q.Y);
    }

    private static T? ReadKey<T>(string certificate, Func<X509Certificate2, T?> read)
        where T : AsymmetricAlgorithm
    {
        // Of what is no Base64 nothing is decoded, and nothing is no certificate.
        var der = new byte[certificate.Length];
        Convert.TryFromBase64String(certificate, der, out var length);
        try
        {
            using var parsed = X509CertificateLoader.LoadCertificate(der.AsSpan(0, length));
            return read(parsed);
        }
        catch (CryptographicException)
        {
            // No certificate, or one with a key of a curve nobody knows.
            // Stryker disable once Block : without it nothing is returned either
            return null;
        }
    }

    private static bool Equal(byte[]? one, byte[]? other) => one.AsSpan().SequenceEqual(other);
}
