using System.Buffers.Text;
using System.Security.Cryptography;

namespace Pulse.Auth.Tests;

internal static class TestKeys
{
    public static readonly RSA Rsa = Import(FixedKeys.Rsa);
    public static readonly RSA OtherRsa = Import(FixedKeys.OtherRsa);
    public static readonly ECDsa P256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public static readonly ECDsa P384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);

    public static readonly ECDsa P521 = ECDsa.Create(ECCurve.NamedCurves.nistP521);

    public static string Jwk(RSA rsa, string kid = "rsa", string rest = "\"use\":\"sig\",\"alg\":\"RS256\"")
    {
        var key = rsa.ExportParameters(false);
        return $$"""{"kty":"RSA","kid":"{{kid}}",{{rest}},"n":"{{Url(key.Modulus!)}}","e":"{{Url(key.Exponent!)}}"}""";
    }

    public static string Jwk(ECDsa key, string kid, string curve, string rest = "\"use\":\"sig\"")
    {
        var q = key.ExportParameters(false).Q;
        return $$"""{"kty":"EC","kid":"{{kid}}",{{rest}},"crv":"{{curve}}","x":"{{Url(q.X!)}}","y":"{{Url(q.Y!)}}"}""";
    }

    public static string Set(params string[] keys) => $$"""{"keys":[{{string.Join(',', keys)}}]}""";

    private static RSA Import(string key)
    {
        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(Convert.FromBase64String(key), out _);
        return rsa;
    }

    public static string Url(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
