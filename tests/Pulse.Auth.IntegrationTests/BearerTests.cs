using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Pulse.Auth.IntegrationTests;

public sealed class BearerTests : IAsyncLifetime
{
    private Provider _provider = null!;

    public async Task InitializeAsync() => _provider = await Provider.StartAsync();

    public async Task DisposeAsync() => await _provider.DisposeAsync();

    [Fact]
    public async Task A_token_of_the_provider_opens_the_customer_plane_and_not_the_operators()
    {
        await using var app = await TestApp.StartAsync(_provider);
        var token = _provider.AccessToken();

        using var me = await app.GetAsync("/me", token);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        using var body = JsonDocument.Parse(await me.Content.ReadAsStringAsync());
        Assert.Equal("acme", body.RootElement.GetProperty("tenant").GetString());
        Assert.Equal("alice-id", body.RootElement.GetProperty("subject").GetString());
        Assert.Equal("alice", body.RootElement.GetProperty("name").GetString());

        using var ops = await app.GetAsync("/ops", token);
        Assert.Equal(HttpStatusCode.Forbidden, ops.StatusCode);
        Assert.Equal("Bearer error=\"insufficient_scope\"", ops.Headers.WwwAuthenticate.ToString());

        var accepted = await app.Events.NextAsync<TokenAccepted>();
        Assert.Equal(("Bearer", _provider.Issuer, "alice-id", "acme", "/me"), (accepted.Scheme, accepted.Issuer, accepted.Subject, accepted.TenantId, accepted.Path));
        Assert.Equal(IPAddress.Loopback, accepted.RemoteAddress);
        var denied = await app.Events.NextAsync<AccessDenied>();
        Assert.Equal(("Bearer", _provider.Issuer, "alice-id", "acme", "/ops"), (denied.Scheme, denied.Issuer, denied.Subject, denied.TenantId, denied.Path));
        Assert.Equal([PulsePolicies.Operator], denied.Policies);
        Assert.Equal(["tenant-admin"], denied.Roles);
        Assert.NotNull(denied.TraceId);
    }

    [Fact]
    public async Task An_operator_is_refused_on_the_customer_plane()
    {
        await using var app = await TestApp.StartAsync(_provider);
        var token = _provider.AccessToken(("tenant_id", null), ("realm_access", new { roles = new[] { "customer", "operator" } }));

        using var nullTenant = await app.GetAsync("/me", token);
        Assert.Equal(HttpStatusCode.Unauthorized, nullTenant.StatusCode);

        _provider.AccessClaims.Remove("tenant_id");
        token = _provider.AccessToken(("realm_access", new { roles = new[] { "customer", "operator" } }));
        using var me = await app.GetAsync("/me", token);
        using var ops = await app.GetAsync("/ops", token);
        Assert.Equal(HttpStatusCode.Forbidden, me.StatusCode);
        Assert.Equal(HttpStatusCode.OK, ops.StatusCode);
    }

    [Fact]
    public async Task C11_Every_refusal_looks_the_same()
    {
        await using var app = await TestApp.StartAsync(_provider);
        var good = _provider.AccessToken();
        string[] bad =
        [
            "x", good[..^8] + "AAAAAAAA", _provider.AccessToken(("exp", 1)), _provider.AccessToken(("aud", "other")), _provider.AccessToken(("typ", "ID")),
        ];

        foreach (var token in bad)
        {
            using var answer = await app.GetAsync("/me", token);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("Bearer error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString());
            Assert.True(answer.Headers.CacheControl!.NoStore);
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        }

        var refused = await app.Events.NextAsync<TokenRefused>();
        Assert.Equal(PulseTokenFailure.NotCompact, refused.Failure);
        Assert.Null(refused.Subject);
    }

    [Fact]
    public async Task A_request_without_token_is_asked_for_one()
    {
        await using var app = await TestApp.StartAsync(_provider);

        using var answer = await app.GetAsync("/me");
        using var open = await app.GetAsync("/open");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        Assert.Empty(app.Events.All);
    }

    [Fact]
    public async Task B10_Only_one_authorization_header_counts_and_no_other_place()
    {
        await using var app = await TestApp.StartAsync(_provider);
        var token = _provider.AccessToken();

        Assert.StartsWith("HTTP/1.1 200", await RawAsync(app, $"Authorization: Bearer {token}\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", await RawAsync(app, $"authorization: bearer {token}\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 401", await RawAsync(app, $"Authorization: Bearer {token}\r\nAuthorization: Bearer {token}\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 401", await RawAsync(app, $"Authorization: Bearer {token},Bearer {token}\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 401", await RawAsync(app, $"Authorization: Bearer  {token}\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 401", await RawAsync(app, $"Cookie: access_token={token}; Authorization={token}\r\n"), StringComparison.Ordinal);
        using var query = await app.GetAsync("/me?access_token=" + token);
        Assert.Equal(HttpStatusCode.Unauthorized, query.StatusCode);
    }

    [Fact]
    public async Task A_token_by_a_rotated_key_is_accepted_at_once()
    {
        await using var app = await TestApp.StartAsync(_provider);
        using var before = await app.GetAsync("/me", _provider.AccessToken());
        _provider.Rotate();

        using var after = await app.GetAsync("/me", _provider.AccessToken());

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Equal(2, _provider.JwksFetches);
    }

    [Fact]
    public async Task D4_A_provider_that_is_down_at_start_gives_503_and_is_found_when_it_comes()
    {
        var token = _provider.AccessToken();
        await _provider.StopAsync();
        await using var app = await TestApp.StartAsync(_provider);

        using var down = await app.GetAsync("/me", token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, down.StatusCode);
        Assert.InRange(down.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.Empty(down.Headers.WwwAuthenticate);

        await _provider.StartAgainAsync();
        for (var i = 0; i < 60; i++)
        {
            using var up = await app.GetAsync("/me", token);
            if (up.StatusCode == HttpStatusCode.OK)
            {
                return;
            }

            await Task.Delay(250);
        }

        Assert.Fail("The keys were never fetched.");
    }

    [Fact]
    public async Task D5_With_keys_at_hand_a_provider_that_is_down_matters_to_unknown_keys_only()
    {
        await using var app = await TestApp.StartAsync(_provider);
        var known = _provider.AccessToken();
        using var first = await app.GetAsync("/me", known);
        _provider.Rotate();
        var unknown = _provider.AccessToken();
        await _provider.StopAsync();

        using var served = await app.GetAsync("/me", known);
        using var unserved = await app.GetAsync("/me", unknown);
        await _provider.StartAgainAsync();

        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unserved.StatusCode);
        Assert.NotNull(unserved.Headers.RetryAfter);
    }

    public static TheoryData<string> BadAnswers => ["redirect", "huge", "huge-chunked", "slow", "html", "error", "empty", "cut"];

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public async Task D3_A_bad_answer_gives_no_keys_and_no_wait(string kind)
    {
        await using var elsewhere = await Provider.StartAsync();
        _provider.JwksOverride = context => AnswerAsync(context, kind, elsewhere);
        await using var app = await TestApp.StartAsync(_provider, configure: options => options.KeySet.FetchTimeout = TimeSpan.FromSeconds(1));

        var answer = app.GetAsync("/me", _provider.AccessToken());
        using var response = await answer.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(0, elsewhere.JwksFetches);
    }

    [Fact]
    public async Task A_discovery_document_of_another_issuer_gives_no_keys()
    {
        _provider.DiscoveryIssuer = "http://evil.example/realms/pulse";
        await using var app = await TestApp.StartAsync(_provider);

        using var answer = await app.GetAsync("/me", _provider.AccessToken());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(0, _provider.JwksFetches);
    }

    [Fact]
    public async Task Plain_http_is_refused_at_the_start_outside_development()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Services.AddAuthentication().AddPulseJwt(options =>
            options.Issuers.Add(new PulseIssuerOptions { Issuer = _provider.Issuer, Audiences = { "pulse-api" }, AllowHttpMetadata = true }));
        await using var app = builder.Build();

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync());

        Assert.Contains("AllowHttpMetadata", exception.Message, StringComparison.Ordinal);
    }

    private static async Task AnswerAsync(HttpContext context, string kind, Provider elsewhere)
    {
        var response = context.Response;
        switch (kind)
        {
            case "redirect":
                response.Redirect(elsewhere.Issuer + "/protocol/openid-connect/certs");
                return;
            case "huge":
                response.ContentLength = 10 * 1024 * 1024;
                await WriteManyAsync(response);
                return;
            case "huge-chunked":
                await WriteManyAsync(response);
                return;
            case "slow":
                await response.WriteAsync("{\"keys\":[");
                await response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return;
            case "html":
                await response.WriteAsync("<html>maintenance</html>");
                return;
            case "error":
                response.StatusCode = 500;
                return;
            case "cut":
                response.ContentLength = 1000;
                await response.WriteAsync("{");
                await response.Body.FlushAsync();
                context.Abort();
                return;
            default:
                await response.WriteAsync("{\"keys\":[]}");
                return;
        }
    }

    private static async Task WriteManyAsync(HttpResponse response)
    {
        var block = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));
        try
        {
            for (var i = 0; i < 160; i++)
            {
                await response.Body.WriteAsync(block);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The reader hung up, as it should.
        }
    }

    private static async Task<string> RawAsync(TestApp app, string headers)
    {
        using var client = new TcpClient();
        var origin = new Uri(app.Origin);
        await client.ConnectAsync(origin.Host, origin.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /me HTTP/1.1\r\nHost: {origin.Authority}\r\nConnection: close\r\n{headers}\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
