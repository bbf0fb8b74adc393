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
        using var parsed = Parse(certificate);
        using var rsa = parsed?.GetRSAPublicKey();
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
        using var parsed = Parse(certificate);
        using var ecdsa = ReadEllipticCurve(parsed);
        if (ecdsa is null)
        {
            return false;
        }

        var held = ecdsa.ExportParameters(includePrivateParameters: false);
        return held.Curve.Oid.Value == key.Curve.Oid.Value && Equal(held.Q.X, key.Q.X) && Equal(held.Q.Y, key.Q.Y);
    }

    private static X509Certificate2? Parse(string certificate)
    {
        var der = new byte[certificate.Length];
        if (!Convert.TryFromBase64String(certificate, der, out var length))
        {
            return null;
        }

        try
        {
            return X509CertificateLoader.LoadCertificate(der.AsSpan(0, length));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    // A certificate may describe a curve nobody knows.
    private static ECDsa? ReadEllipticCurve(X509Certificate2? certificate)
    {
        try
        {
            return certificate?.GetECDsaPublicKey();
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static bool Equal(byte[]? one, byte[]? other) => one.AsSpan().SequenceEqual(other);
}
