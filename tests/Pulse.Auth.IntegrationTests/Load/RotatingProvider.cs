using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Pulse.Auth.IntegrationTests.Load;

/// <summary>
/// A provider on a real socket whose newest key signs at once, as Keycloak's does, while the older ones stay in the set. It signs
/// with P-256: ten thousand RSA signatures would measure the test.
/// </summary>
internal sealed class RotatingProvider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<long> _fetches = new();
    private volatile Key[] _keys = [Key.Create()];

    private RotatingProvider(WebApplication app) => _app = app;

    public string Issuer { get; private set; } = "";

    /// <summary>Whether the provider drops every connection without an answer.</summary>
    public bool Down { get; set; }

    /// <summary>When each fetch began, answered or not; timestamps of the system's clock.</summary>
    public IReadOnlyList<long> Fetches => [.. _fetches];

    public static async Task<RotatingProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var provider = new RotatingProvider(app);
        app.MapGet("/realms/pulse/.well-known/openid-configuration", provider.DiscoverAsync);
        app.MapGet("/realms/pulse/certs", provider.KeySetAsync);
        await app.StartAsync();
        provider.Issuer = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/realms/pulse";
        return provider;
    }

    public void Rotate() => _keys = [Key.Create(), .. _keys];

    /// <summary>A new token by the newest key.</summary>
    public string Token()
    {
        var key = _keys[0];
        var input = SigningInput(key.Id);
        return $"{input}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(input)))}";
    }

    /// <summary>A token with nothing wrong but its key, which nobody has.</summary>
    public string Forgery() => $"{SigningInput(Guid.NewGuid().ToString("N"))}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(64))}";

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private string SigningInput(string keyId)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var header = JsonSerializer.SerializeToUtf8Bytes(new { alg = "ES256", typ = "JWT", kid = keyId });
        var payload = JsonSerializer.SerializeToUtf8Bytes(new
        {
            iss = Issuer,
            sub = "f3b0c442",
            aud = "pulse-api",
            typ = "Bearer",
            jti = Guid.NewGuid(),
            iat = now,
            exp = now + 300,
            tenant_id = "acme",
            realm_access = new { roles = new[] { "customer" } },
        });
        return $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
    }

    private Task DiscoverAsync(HttpContext context)
    {
        _fetches.Enqueue(TimeProvider.System.GetTimestamp());
        if (Down)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        return context.Response.WriteAsJsonAsync(new { issuer = Issuer, jwks_uri = Issuer + "/certs" });
    }

    private Task KeySetAsync(HttpContext context) => context.Response.WriteAsJsonAsync(new { keys = _keys.Select(key => key.Public) });

    private sealed record Key(string Id, ECDsa Private, object Public)
    {
        private readonly Lock _gate = new();

        public static Key Create()
        {
            var id = Guid.NewGuid().ToString("N");
            var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var q = key.ExportParameters(includePrivateParameters: false).Q;
            return new Key(id, key, new { kty = "EC", use = "sig", alg = "ES256", crv = "P-256", kid = id, x = Base64Url.EncodeToString(q.X!), y = Base64Url.EncodeToString(q.Y!) });
        }

        public byte[] Sign(byte[] input)
        {
            lock (_gate)
            {
                return Private.SignData(input, HashAlgorithmName.SHA256);
            }
        }
    }
}
