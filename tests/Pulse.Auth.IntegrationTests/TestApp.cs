using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pulse.Auth.IntegrationTests;

/// <summary>An application as a user of the package writes it, on a real socket.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestApp(WebApplication app, string origin, RecordedEvents events)
    {
        _app = app;
        Origin = origin;
        Events = events;
    }

    public string Origin { get; }

    public RecordedEvents Events { get; }

    public static async Task<TestApp> StartAsync(Provider provider, bool browser = false, Action<PulseJwtOptions>? configure = null)
    {
        var origin = $"http://127.0.0.1:{Provider.FreePort()}";
        var events = new RecordedEvents();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(origin);
        builder.Services.AddSingleton<AuthEvents>(events);
        var authentication = builder.Services.AddAuthentication(browser ? "any" : PulseJwtDefaults.AuthenticationScheme).AddPulseJwt(options =>
        {
            options.Issuers.Add(new PulseIssuerOptions { Issuer = provider.Issuer, Audiences = { "pulse-api" }, AllowHttpMetadata = true });
            configure?.Invoke(options);
        });
        if (browser)
        {
            authentication
                .AddPolicyScheme("any", null, options => options.ForwardDefaultSelector = context =>
                    context.Request.Headers.Authorization.Count > 0 ? PulseJwtDefaults.AuthenticationScheme : PulseBrowserLoginDefaults.SessionScheme)
                .AddPulseBrowserLogin(options =>
                {
                    options.Issuer = provider.Issuer;
                    options.ClientId = "pulse-web";
                    options.ClientSecret = "web-secret";
                    options.AllowHttpMetadata = true;
                });
        }

        builder.Services.AddPulseAuthorization();
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/me", (HttpContext context) => Results.Json(new { tenant = context.User.GetPulseTenant(), subject = context.User.GetPulseSubject(), name = context.User.Identity!.Name }))
            .RequireAuthorization(PulsePolicies.Customer);
        app.MapGet("/ops", () => "ops").RequireAuthorization(PulsePolicies.Operator);
        app.MapGet("/open", () => "open");
        if (browser)
        {
            app.MapPulseBrowserLogin();
            app.MapPulseBackchannelLogout();
        }

        await app.StartAsync();
        return new TestApp(app, origin, events);
    }

    public async Task<HttpResponseMessage> GetAsync(string path, string? token = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, Origin + path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return await client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

internal sealed class RecordedEvents : AuthEvents
{
    public ConcurrentQueue<AuthEvent> All { get; } = new();

    public override ValueTask TokenAcceptedAsync(TokenAccepted e, CancellationToken cancellationToken) => Add(e);

    public override ValueTask TokenRefusedAsync(TokenRefused e, CancellationToken cancellationToken) => Add(e);

    public override ValueTask AccessDeniedAsync(AccessDenied e, CancellationToken cancellationToken) => Add(e);

    public async Task<T> NextAsync<T>()
        where T : AuthEvent
    {
        for (var i = 0; i < 500; i++)
        {
            if (All.OfType<T>().FirstOrDefault() is { } found)
            {
                return found;
            }

            await Task.Delay(10);
        }

        throw new TimeoutException($"No {typeof(T).Name} arrived.");
    }

    private ValueTask Add(AuthEvent e)
    {
        All.Enqueue(e);
        return ValueTask.CompletedTask;
    }
}
