using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pulse.Auth.IntegrationTests.SideBySide;

/// <summary>An API on a real socket under one scheme: issuer, audience and our fetch timeout are set, all else is its default.</summary>
internal sealed class Side : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private Side(WebApplication app)
    {
        _app = app;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(60) };
    }

    public static Task<Side> OursAsync(string issuer, PulseJwtAlgorithms algorithms = PulseJwtAlgorithms.RS256) => StartAsync(builder =>
        builder.AddPulseJwt(options =>
        {
            // JwtBearer's is a minute; a busy machine must not decide the comparison.
            options.KeySet.FetchTimeout = TimeSpan.FromMinutes(1);
            options.Issuers.Add(new PulseIssuerOptions { Issuer = issuer, Audiences = { "pulse-api" }, Algorithms = algorithms, AllowHttpMetadata = true });
        }));

    public static Task<Side> TheirsAsync(string issuer) => StartAsync(builder =>
        builder.AddJwtBearer(options =>
        {
            options.Authority = issuer;
            options.Audience = "pulse-api";
            options.RequireHttpsMetadata = false;
        }));

    public async Task<HttpResponseMessage> SendAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await _http.SendAsync(request);
    }

    public async Task<int> StatusAsync(string token)
    {
        using var response = await SendAsync(token);
        return (int)response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static async Task<Side> StartAsync(Action<AuthenticationBuilder> add)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");

        // The scheme is named "Bearer" on both sides.
        add(builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme));
        builder.Services.AddAuthorization();
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/", () => "in").RequireAuthorization();
        await app.StartAsync();
        return new Side(app);
    }
}
