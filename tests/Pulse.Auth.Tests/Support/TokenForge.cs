using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pulse.Auth.Tests;

/// <summary>Writes tokens byte by byte, so that wrong ones can be written too.</summary>
internal static class TokenForge
{
    public const string Issuer = "https://id.example/realms/pulse";
    public const string Audience = "pulse-api";
    public const string Header = """{"alg":"RS256","typ":"JWT","kid":"rsa"}""";
    public static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static long Seconds(int offset) => Now.ToUnixTimeSeconds() + offset;

    /// <summary>A payload as Keycloak writes it; replacements are raw JSON, null leaves the member out.</summary>
    public static string Payload(params (string Name, string? Json)[] changes)
    {
        var members = new List<KeyValuePair<string, string>>
        {
            new("iss", $"\"{Issuer}\""),
            new("sub", "\"f3b0c442\""),
            new("aud", $"\"{Audience}\""),
            new("typ", "\"Bearer\""),
            new("azp", "\"pulse-web\""),
            new("iat", Seconds(-60).ToString(CultureInfo.InvariantCulture)),
            new("exp", Seconds(240).ToString(CultureInfo.InvariantCulture)),
            new("jti", "\"onrtac:2e9c\""),
            new("sid", "\"b1c2\""),
            new("preferred_username", "\"alice\""),
            new("realm_access", """{"roles":["customer"]}"""),
            new("tenant_id", "\"acme\""),
        };
        foreach (var (name, json) in changes)
        {
            var at = members.FindIndex(member => member.Key == name);
            if (at >= 0)
            {
                members.RemoveAt(at);
            }

            if (json is not null)
            {
                members.Add(new(name, json));
            }
        }

        return "{" + string.Join(',', members.Select(member => $"\"{member.Key}\":{member.Value}")) + "}";
    }

    public static string Sign(string payload, string header = Header, Func<byte[], byte[]>? sign = null)
    {
        var input = $"{Encode(header)}.{Encode(payload)}";
        var signature = (sign ?? Rs256)(Encoding.ASCII.GetBytes(input));
        return $"{input}.{TestKeys.Url(signature)}";
    }

    public static string Token(params (string Name, string? Json)[] changes) => Sign(Payload(changes));

    /// <summary>Valid for most of a day, for tests that let hours pass.</summary>
    public static string LongLived(string header = Header) => Sign(Payload(("exp", $"{Seconds(80_000)}")), header);

    public static byte[] Rs256(byte[] input) => TestKeys.Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public static byte[] Ps256(byte[] input) => TestKeys.Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

    public static byte[] Es256(byte[] input) => TestKeys.P256.SignData(input, HashAlgorithmName.SHA256);

    public static byte[] Es384(byte[] input) => TestKeys.P384.SignData(input, HashAlgorithmName.SHA384);

    public static byte[] Es512(byte[] input) => TestKeys.P521.SignData(input, HashAlgorithmName.SHA512);

    public static string Encode(string text) => TestKeys.Url(Encoding.UTF8.GetBytes(text));
}
