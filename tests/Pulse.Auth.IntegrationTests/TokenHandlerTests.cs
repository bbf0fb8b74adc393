using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pulse.Auth.IntegrationTests;

/// <summary>Microsoft's JwtBearer with this package's handler inside.</summary>
public sealed class TokenHandlerTests : IAsyncLifetime
{
    private Provider _provider = null!;
    private WebApplication _app = null!;
    private int _validated;

    public async Task InitializeAsync()
    {
        _provider = await Provider.StartAsync();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddPulseTokenValidator(options =>
            options.Issuers.Add(new PulseIssuerOptions { Issuer = _provider.Issuer, Audiences = { "pulse-api" }, AllowHttpMetadata = true }));
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<PulseJwtTokenHandler>((options, handler) =>
        {
            options.TokenHandlers.Clear();
            options.TokenHandlers.Add(handler);
            options.Events = new JwtBearerEvents { OnTokenValidated = _ => Task.FromResult(Interlocked.Increment(ref _validated)) };
        });
        builder.Services.AddPulseAuthorization();
        _app = builder.Build();
        _app.UseAuthentication();
        _app.UseAuthorization();
        _app.MapGet("/me", (HttpContext context) => context.User.GetPulseTenant()).RequireAuthorization(PulsePolicies.Customer);
        await _app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task JwtBearer_keeps_its_events_and_challenge_and_accepts_what_this_package_accepts()
    {
        using var good = await GetAsync(_provider.AccessToken());
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        Assert.Equal("acme", await good.Content.ReadAsStringAsync());
        Assert.Equal(1, _validated);

        string[] bad =
        [
            _provider.AccessToken()[..^8] + "AAAAAAAA",
            _provider.AccessToken(("typ", "ID")),
            _provider.AccessToken(("aud", "other")),
            _provider.AccessToken(("exp", "9999999999")),
            _provider.AccessToken(("tenant_id", null)),
        ];
        foreach (var token in bad)
        {
            using var answer = await GetAsync(token);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("Bearer error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString());
        }

        Assert.Equal(1, _validated);
    }

    [Fact]
    public async Task A_rotated_keys_first_token_is_accepted()
    {
        using var before = await GetAsync(_provider.AccessToken());
        _provider.Rotate();
        using var after = await GetAsync(_provider.AccessToken());

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (before.StatusCode, after.StatusCode));
    }

    private async Task<HttpResponseMessage> GetAsync(string token)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, _app.Urls.First() + "/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await client.SendAsync(request);
    }
}
