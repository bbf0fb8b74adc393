using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pulse.Auth.IntegrationTests.SideBySide;

/// <summary>The tokens both sides get, by the words the README has for them.</summary>
internal static class Requests
{
    private static readonly CompositeFormat Header = CompositeFormat.Parse("{{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"{0}\"{1}}}");

    public static string Create(string name, Provider provider) => name switch
    {
        "a good access token" => provider.AccessToken(),
        "a signature of another key" => provider.AccessToken()[..^8] + "AAAAAAAA",
        "`alg` `none`, no signature" => WithoutSignature(provider),
        "HS256 keyed with the public key" => SymmetricallySigned(provider),
        "a token of another audience" => provider.AccessToken(("aud", "other")),
        "a token of another issuer" => provider.AccessToken(("iss", "https://other.example")),
        "an audience with a slash behind it" => provider.AccessToken(("aud", "pulse-api/")),
        "an ID token (`typ` `ID`)" => provider.AccessToken(("typ", "ID")),
        "a logout token (`typ` `Logout`)" => provider.AccessToken(("typ", "Logout")),
        "a token bound to a key (`cnf`), without proof" => provider.AccessToken(("cnf", new { jkt = "x" })),
        "a token that expired two minutes ago" => provider.AccessToken(("iat", Now(-300)), ("exp", Now(-120))),
        "`exp` as text" => provider.AccessToken(("exp", Now(300).ToString(CultureInfo.InvariantCulture))),
        "`exp` with a fraction" => provider.AccessToken(("exp", Now(300) + 0.5)),
        "`iat` an hour ahead" => provider.AccessToken(("iat", Now(3600)), ("exp", Now(7200))),
        "a lifetime of a hundred years" => provider.AccessToken(("exp", Now(3_155_760_000))),
        "no `sub`" => provider.Sign(HeaderOf(provider), Payload(provider).Replace("\"sub\":\"alice-id\",", "", StringComparison.Ordinal)),
        "`tenant_id` as a list of two" => provider.AccessToken(("tenant_id", new[] { "acme", "evil" })),
        "two members `sub`" => provider.Sign(HeaderOf(provider), Payload(provider).Replace("{", "{\"sub\":\"admin\",", StringComparison.Ordinal)),
        "two members `sub`, one escaped" => provider.Sign(HeaderOf(provider), "{\"s\\u0075b\":\"admin\"," + Payload(provider)[1..]),
        "bytes behind the payload" => provider.Sign(HeaderOf(provider), Payload(provider) + "{}"),
        "padding behind the signature" => provider.AccessToken() + "==",
        "no `kid`" => provider.Sign("""{"alg":"RS256","typ":"JWT"}""", Payload(provider)),
        "a `kid` that is not in the set" => provider.Sign(HeaderOf("unknown"), Payload(provider)),
        "an extension it must understand (`crit`)" => provider.Sign(HeaderOf(provider, ",\"crit\":[\"exp\"]"), Payload(provider)),
        "`b64` `false`" => provider.Sign(HeaderOf(provider, ",\"b64\":false"), Payload(provider)),
        "129 members" => provider.Sign(HeaderOf(provider), Padded(Payload(provider), Enumerable.Range(0, 129).Select(i => $"\"m{i}\":0"))),
        "nested 30 deep" => provider.Sign(HeaderOf(provider), Padded(Payload(provider), [$"\"m\":{new string('[', 30)}{new string(']', 30)}"])),
        "a token of 20 KB" => provider.AccessToken(("padding", new string('x', 15_000))),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such request."),
    };

    private static long Now(long offset) => DateTimeOffset.UtcNow.ToUnixTimeSeconds() + offset;

    private static string HeaderOf(Provider provider, string more = "") => HeaderOf(provider.KeyId, more);

    private static string HeaderOf(string keyId, string more = "") => string.Format(CultureInfo.InvariantCulture, Header, keyId, more);

    private static string Payload(Provider provider) => Decode(provider.AccessToken().Split('.')[1]);

    private static string Padded(string payload, IEnumerable<string> members) => $"{payload[..^1]},{string.Join(',', members)}}}";

    private static string WithoutSignature(Provider provider) =>
        $"{Encode("{\"alg\":\"none\",\"typ\":\"JWT\"}"u8)}.{provider.AccessToken().Split('.')[1]}.";

    private static string SymmetricallySigned(Provider provider)
    {
        var header = Encode(Encoding.UTF8.GetBytes(HeaderOf(provider).Replace("RS256", "HS256", StringComparison.Ordinal)));
        var input = $"{header}.{provider.AccessToken().Split('.')[1]}";
        return $"{input}.{Encode(HMACSHA256.HashData(Encoding.ASCII.GetBytes(provider.Key.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(input)))}";
    }

    private static string Encode(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private static string Decode(string text) => Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(text));
}
