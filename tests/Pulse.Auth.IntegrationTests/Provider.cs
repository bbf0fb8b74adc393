using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pulse.Auth.IntegrationTests;

/// <summary>A provider of Keycloak's shape on a real socket, which can be made to misbehave.</summary>
internal sealed class Provider : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (string Challenge, string Nonce, string RedirectUri)> _codes = new();
    private WebApplication _app;
    private int _jwksFetches;

    private Provider(int port)
    {
        Origin = $"http://127.0.0.1:{port}";
        DiscoveryIssuer = Issuer;
        _app = Build();
    }

    public string Origin { get; }

    public string Issuer => Origin + "/realms/pulse";

    public string DiscoveryIssuer { get; set; }

    /// <summary>Answers the key set instead of the provider when set.</summary>
    public RequestDelegate? JwksOverride { get; set; }

    /// <summary>How long the key set takes.</summary>
    public TimeSpan JwksDelay { get; set; }

    public int JwksFetches => Volatile.Read(ref _jwksFetches);

    public RSA Key { get; private set; } = RSA.Create(2048);

    public string KeyId { get; private set; } = "k1";

    public Dictionary<string, object?> AccessClaims { get; } = new() { ["tenant_id"] = "acme", ["realm_access"] = new { roles = new[] { "tenant-admin" } } };

    public string? AnswerIssuer { get; set; }

    public string? Nonce { get; set; }

    public string AccessSubject { get; set; } = "alice-id";

    /// <summary>Query of the last request to the end-session endpoint.</summary>
    public IQueryCollection? LogoutQuery { get; private set; }

    public static async Task<Provider> StartAsync()
    {
        var provider = new Provider(FreePort());
        await provider._app.StartAsync();
        return provider;
    }

    public static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Rotate()
    {
        Key = RSA.Create(2048);
        KeyId = "k" + Guid.NewGuid().ToString("N");
    }

    public async Task StopAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    public async Task StartAgainAsync()
    {
        _app = Build();
        await _app.StartAsync();
    }

    public string AccessToken(params (string Name, object? Value)[] changes)
    {
        var claims = new Dictionary<string, object?>(AccessClaims)
        {
            ["iss"] = Issuer,
            ["sub"] = AccessSubject,
            ["aud"] = "pulse-api",
            ["typ"] = "Bearer",
            ["azp"] = "pulse-web",
            ["preferred_username"] = "alice",
            ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            ["exp"] = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds(),
        };
        foreach (var (name, value) in changes)
        {
            claims[name] = value;
        }

        return Sign(claims);
    }

    /// <summary>Signs any header and any payload, right or wrong.</summary>
    public string Sign(string header, string payload)
    {
        var input = $"{Url(Encoding.UTF8.GetBytes(header))}.{Url(Encoding.UTF8.GetBytes(payload))}";
        return $"{input}.{Url(Key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private string Sign(Dictionary<string, object?> claims) =>
        Sign(JsonSerializer.Serialize(new { alg = "RS256", typ = "JWT", kid = KeyId }), JsonSerializer.Serialize(claims));

    private static string Url(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Origin);
        var app = builder.Build();
        var realm = app.MapGroup("/realms/pulse");
        realm.MapGet("/.well-known/openid-configuration", () => Results.Json(new
        {
            issuer = DiscoveryIssuer,
            jwks_uri = Issuer + "/protocol/openid-connect/certs",
            authorization_endpoint = Issuer + "/protocol/openid-connect/auth",
            token_endpoint = Issuer + "/protocol/openid-connect/token",
            end_session_endpoint = Issuer + "/protocol/openid-connect/logout",
            authorization_response_iss_parameter_supported = true,
        }));
        realm.MapGet("/protocol/openid-connect/certs", (RequestDelegate)JwksAsync);
        realm.MapGet("/protocol/openid-connect/auth", (Delegate)Authorize);
        realm.MapPost("/protocol/openid-connect/token", (Delegate)TokenAsync);
        realm.MapGet("/protocol/openid-connect/logout", (HttpContext context) =>
        {
            LogoutQuery = context.Request.Query;
            return Results.Redirect(context.Request.Query["post_logout_redirect_uri"]! + "?state=" + Uri.EscapeDataString(context.Request.Query["state"]!));
        });
        return app;
    }

    private async Task JwksAsync(HttpContext context)
    {
        Interlocked.Increment(ref _jwksFetches);
        if (JwksOverride is not null)
        {
            await JwksOverride(context);
            return;
        }

        await Task.Delay(JwksDelay);

        var key = Key.ExportParameters(false);
        await context.Response.WriteAsJsonAsync(new
        {
            keys = new[]
            {
                new { kty = "RSA", use = "sig", alg = "RS256", kid = KeyId, n = Url(key.Modulus!), e = Url(key.Exponent!) },
                new { kty = "RSA", use = "enc", alg = "RSA-OAEP", kid = "enc", n = Url(key.Modulus!), e = Url(key.Exponent!) },
            },
        });
    }

    private IResult Authorize(HttpContext context)
    {
        var query = context.Request.Query;
        if (query["response_type"] != "code" || query["code_challenge_method"] != "S256" || query["client_id"] != "pulse-web")
        {
            return Results.BadRequest();
        }

        var code = Guid.NewGuid().ToString("N");
        _codes[code] = (query["code_challenge"]!, query["nonce"]!, query["redirect_uri"]!);
        var iss = Uri.EscapeDataString(AnswerIssuer ?? Issuer);
        return Results.Redirect($"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"]!)}&iss={iss}");
    }

    private async Task<IResult> TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        if (!_codes.TryRemove(form["code"]!, out var grant))
        {
            return Results.BadRequest(new { error = "invalid_grant" });
        }

        var challenge = Url(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"]!)));
        if (challenge != grant.Challenge || form["redirect_uri"] != grant.RedirectUri || form["client_secret"] != "web-secret")
        {
            return Results.BadRequest(new { error = "invalid_grant" });
        }

        var id = new Dictionary<string, object?>
        {
            ["iss"] = Issuer,
            ["sub"] = "alice-id",
            ["aud"] = "pulse-web",
            ["typ"] = "ID",
            ["nonce"] = Nonce ?? grant.Nonce,
            ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            ["exp"] = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds(),
            ["realm_access"] = new { roles = new[] { "operator-admin" } },
        };
        return Results.Json(new { access_token = AccessToken(), id_token = Sign(id), token_type = "Bearer", expires_in = 300 });
    }
}
