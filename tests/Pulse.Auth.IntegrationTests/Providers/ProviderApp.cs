using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pulse.Auth.IntegrationTests.Providers;

/// <summary>An API on a real socket that takes bearer tokens of one provider.</summary>
internal sealed class ProviderApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;
    private readonly ConcurrentQueue<string> _logoutTokens;

    private ProviderApp(WebApplication app, ConcurrentQueue<string> logoutTokens)
    {
        _app = app;
        _logoutTokens = logoutTokens;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(60) };
        LogoutReceiver = new Uri(_http.BaseAddress, "/signout/backchannel");
    }

    /// <summary>Where the provider sends logout tokens of the client the application was started with.</summary>
    public Uri LogoutReceiver { get; }

    /// <summary>The logout tokens that were accepted, oldest first.</summary>
    public IReadOnlyList<string> LogoutTokens => [.. _logoutTokens];

    /// <param name="issuer">The provider.</param>
    /// <param name="time">The application's clock; null: the system's.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="client">The client whose logout tokens it receives; null: none.</param>
    public static async Task<ProviderApp> StartAsync(string issuer, TimeProvider? time = null, Action<PulseJwtOptions>? configure = null, string? client = null)
    {
        var logoutTokens = new ConcurrentQueue<string>();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        var authentication = builder.Services.AddAuthentication(PulseJwtDefaults.AuthenticationScheme).AddPulseJwt(options =>
        {
            options.Issuers.Add(new PulseIssuerOptions { Issuer = issuer, Audiences = { "pulse-api" }, AllowHttpMetadata = true });
            configure?.Invoke(options);
        });
        if (client is not null)
        {
            authentication.AddPulseBrowserLogin(options => (options.Issuer, options.ClientId, options.AllowHttpMetadata) = (issuer, client, true));
        }

        builder.Services.AddPulseAuthorization();
        var app = builder.Build();
        app.Use((context, next) => RecordLogoutAsync(context, next, logoutTokens));
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/tenant", (HttpContext context) => context.User.GetPulseTenant() ?? "").RequireAuthorization();
        if (client is not null)
        {
            app.MapPulseBackchannelLogout();
        }

        await app.StartAsync();
        return new ProviderApp(app, logoutTokens);
    }

    /// <summary>The answer of the API, and the tenant it read when it is 200.</summary>
    public async Task<(HttpStatusCode Status, string? Tenant)> CallAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/tenant");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, response.StatusCode == HttpStatusCode.OK ? await response.Content.ReadAsStringAsync() : null);
    }

    public async Task<HttpStatusCode> StatusAsync(string token) => (await CallAsync(token)).Status;

    /// <summary>Why the API refuses, which its answer does not say.</summary>
    public async Task<PulseTokenFailure> ReasonAsync(string token) =>
        (await _app.Services.GetRequiredService<IPulseTokenValidator>().ValidateAsync(token, CancellationToken.None)).Failure;

    private static async Task RecordLogoutAsync(HttpContext context, RequestDelegate next, ConcurrentQueue<string> accepted)
    {
        await next(context);
        if (context.Request.HasFormContentType && context.Response.StatusCode == StatusCodes.Status200OK)
        {
            // The endpoint has read the form; this reads it again from memory.
            accepted.Enqueue((await context.Request.ReadFormAsync()).Single(field => field.Key == "logout_token").Value!);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
