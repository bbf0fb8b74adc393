using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pulse.Benchmarks.Auth;

/// <summary>Tokens of about 1.4 KB as Keycloak writes them, and the key set they are checked with: a signing key among three others.</summary>
internal sealed class KeycloakToken : IDisposable
{
    public const string Issuer = "https://id.example/realms/pulse";
    public const string Audience = "pulse-api";
    private const string KeyId = "q0oZ2p0w5fSx2oGQyGmTzK0nFz9mS7qz5x1l8r3v6dE";
    private readonly RSA _other = RSA.Create(2048);

    public KeycloakToken()
    {
        using var third = RSA.Create(2048);
        KeySet = JsonSerializer.Serialize(new { keys = new[] { Jwk(_other, "previous", "sig", "RS256"), Jwk(Key, KeyId, "sig", "RS256"), Jwk(third, "next", "sig", "RS256"), Jwk(third, "enc", "enc", "RSA-OAEP") } });
        Valid = Create(Key);
        Forged = Create(_other);
    }

    public RSA Key { get; } = RSA.Create(2048);

    public string KeySet { get; }

    public string Valid { get; }

    /// <summary>Right in everything but its signature, which another key made.</summary>
    public string Forged { get; }

    /// <summary>Malformed, expired, for another audience, of another algorithm: refused before any key is asked.</summary>
    public IReadOnlyList<string> Cheap() =>
    [
        Valid.Replace('.', ':'),
        Create(Key, age: TimeSpan.FromHours(2)),
        Create(Key, audience: "account"),
        Create(Key, algorithm: "HS256"),
    ];

    public void Dispose()
    {
        Key.Dispose();
        _other.Dispose();
    }

    private static string Create(RSA key, TimeSpan age = default, string audience = Audience, string algorithm = "RS256")
    {
        var issued = (TimeProvider.System.GetUtcNow() - age).ToUnixTimeSeconds();
        var header = JsonSerializer.SerializeToUtf8Bytes(new { alg = algorithm, typ = "JWT", kid = KeyId });
        var payload = JsonSerializer.SerializeToUtf8Bytes(new
        {
            exp = issued + 3600,
            iat = issued,
            auth_time = issued - 5,
            jti = "onrtac:5b0d2c5e-90fb-4d61-8d5e-3a9c1f7f52f1",
            iss = Issuer,
            aud = audience,
            sub = "f3b0c442-98fc-4c14-9afb-4c8996fb9242",
            typ = "Bearer",
            azp = "pulse-web",
            sid = "0f8fad5b-d9cb-469f-a165-70867728950e",
            acr = "1",
            realm_access = new { roles = new[] { "customer", "default-roles-pulse", "offline_access", "uma_authorization" } },
            resource_access = new { account = new { roles = new[] { "manage-account", "manage-account-links", "view-profile" } } },
            scope = "openid profile email",
            tenant_id = "acme",
            email_verified = true,
            name = "Alice Archer",
            preferred_username = "alice",
            given_name = "Alice",
            family_name = "Archer",
            email = "alice@acme.example",
        });
        var input = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        return $"{input}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static object Jwk(RSA rsa, string kid, string use, string alg)
    {
        var key = rsa.ExportParameters(includePrivateParameters: false);
        return new { kty = "RSA", kid, use, alg, n = Base64Url.EncodeToString(key.Modulus!), e = Base64Url.EncodeToString(key.Exponent!) };
    }
}
