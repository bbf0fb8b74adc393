using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pulse.Benchmarks.Auth;

/// <summary>A provider's key set on loopback: the one way keys reach a validator that is no offline one.</summary>
internal sealed class KeySetServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private KeySetServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single() + "/certs");

    public static async Task<KeySetServer> StartAsync(string keySet)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/certs", () => Results.Text(keySet, MediaTypeNames.Application.Json));
        await app.StartAsync();
        return new KeySetServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
