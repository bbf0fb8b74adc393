using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Pulse.Auth;

/// <summary>Decides which keys of a JWK set (RFC 7517) may verify a signature, and with which algorithm.</summary>
internal static class KeyAdmission
{
    private const int MinRsaBits = 2048;
    private const int MaxRsaBits = 8192;
    private const int MinRsaExponent = 65537;
    private const PulseJwtAlgorithms RsaAlgorithms = PulseJwtAlgorithms.RS256 | PulseJwtAlgorithms.PS256;

    /// <summary>Judges one key by itself.</summary>
    public static KeyVerdict Judge(JsonWebKey jwk, PulseJwtAlgorithms allowed, out SigningKey? key)
    {
        key = null;
        if (IsSecret(jwk))
        {
            return KeyVerdict.Secret;
        }

        if (jwk.Use is not (null or "sig"))
        {
            return KeyVerdict.NotForSignatures;
        }

        if (jwk.KeyOps.Count > 0 && !jwk.KeyOps.Contains("verify"))
        {
            return KeyVerdict.NotForSignatures;
        }

        if (jwk.Kid is null || !JoseHeader.IsKeyId(Encoding.UTF8.GetBytes(jwk.Kid)))
        {
            return KeyVerdict.KeyIdInvalid;
        }

        // A key that names its algorithm is for that one alone; a key that names none is for all of its type.
        var named = jwk.Alg is null ? allowed : allowed & JoseHeader.ParseAlgorithm(Encoding.UTF8.GetBytes(jwk.Alg));
        return jwk.Kty switch
        {
            "RSA" => JudgeRsa(jwk, named & RsaAlgorithms, out key),
            "EC" => JudgeEllipticCurve(jwk, named, out key),
            _ => KeyVerdict.KeyTypeUnknown,
        };
    }

    /// <summary>Judges a whole set. Of several usable keys with one identifier none is used: it names no key.</summary>
    public static KeySetProblem Admit(IList<JsonWebKey> set, PulseJwtAlgorithms allowed, int maxKeys, out IReadOnlyList<SigningKey> keys)
    {
        keys = [];
        if (set.Count > maxKeys)
        {
            return KeySetProblem.TooManyKeys;
        }

        var usable = new List<SigningKey>(set.Count);
        foreach (var jwk in set)
        {
            var verdict = Judge(jwk, allowed, out var key);
            if (verdict == KeyVerdict.Secret)
            {
                return KeySetProblem.SecretKeyInSet;
            }

            if (verdict == KeyVerdict.Usable)
            {
                usable.Add(key!);
            }
        }

        keys = [.. usable.GroupBy(key => key.KeyId, StringComparer.Ordinal).Where(same => same.Count() == 1).SelectMany(same => same)];
        return keys.Count == 0 ? KeySetProblem.NoUsableKey : KeySetProblem.None;
    }

    private static bool IsSecret(JsonWebKey jwk) =>
        jwk.Kty == "oct" || jwk.K is not null || jwk.D is not null || jwk.P is not null || jwk.Q is not null
        || jwk.DP is not null || jwk.DQ is not null || jwk.QI is not null || jwk.Oth.Count > 0;

    private static KeyVerdict JudgeRsa(JsonWebKey jwk, PulseJwtAlgorithms algorithms, out SigningKey? key)
    {
        key = null;
        if (algorithms == PulseJwtAlgorithms.None)
        {
            return KeyVerdict.AlgorithmNotAllowed;
        }

        // What is no number counts as 0, which is even.
        var modulus = DecodeUnsigned(jwk.N);
        var exponent = DecodeUnsigned(jwk.E);
        var n = new BigInteger(modulus, isUnsigned: true, isBigEndian: true);
        var e = new BigInteger(exponent, isUnsigned: true, isBigEndian: true);
        if (n.IsEven || e.IsEven || n.GetBitLength() > MaxRsaBits || e > uint.MaxValue)
        {
            return KeyVerdict.Malformed;
        }

        if (n.GetBitLength() < MinRsaBits || e < MinRsaExponent)
        {
            return KeyVerdict.TooWeak;
        }

        if (RocaFingerprint.Matches(n))
        {
            return KeyVerdict.Factorable;
        }

        var parameters = new RSAParameters { Modulus = modulus, Exponent = exponent };
        if (jwk.X5c.Count > 0 && !KeyCertificate.Holds(jwk.X5c[0], parameters))
        {
            return KeyVerdict.CertificateMismatch;
        }

        key = SigningKey.FromRsa(jwk.Kid, algorithms, parameters);
        return KeyVerdict.Usable;
    }

    private static KeyVerdict JudgeEllipticCurve(JsonWebKey jwk, PulseJwtAlgorithms algorithms, out SigningKey? key)
    {
        key = null;
        var curve = jwk.Crv switch
        {
            "P-256" => NistCurve.P256,
            "P-384" => NistCurve.P384,
            "P-521" => NistCurve.P521,
            _ => null,
        };
        if (curve is null || (algorithms & curve.Algorithm) == 0)
        {
            return KeyVerdict.AlgorithmNotAllowed;
        }

        var x = Decode(jwk.X);
        var y = Decode(jwk.Y);
        if (x?.Length != curve.FieldBytes || y?.Length != curve.FieldBytes)
        {
            return KeyVerdict.Malformed;
        }

        if (!curve.Holds(x, y))
        {
            return KeyVerdict.NotOnCurve;
        }

        var parameters = new ECParameters { Curve = curve.Curve, Q = new ECPoint { X = x, Y = y } };
        if (jwk.X5c.Count > 0 && !KeyCertificate.Holds(jwk.X5c[0], parameters))
        {
            return KeyVerdict.CertificateMismatch;
        }

        key = SigningKey.FromEllipticCurve(jwk.Kid, curve.Algorithm, parameters);
        return KeyVerdict.Usable;
    }

    private static byte[]? Decode(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var bytes = new byte[text.Length];
        return StrictBase64Url.TryDecode(text, bytes, out var written) ? bytes[..written] : null;
    }

    // RFC 7518 §2: no leading zero octets; some providers write one all the same, and .NET counts it as key size.
    private static byte[]? DecodeUnsigned(string? text)
    {
        var bytes = Decode(text);
        return bytes is null || bytes[0] == 0 ? bytes?.AsSpan().TrimStart((byte)0).ToArray() : bytes;
    }
}
