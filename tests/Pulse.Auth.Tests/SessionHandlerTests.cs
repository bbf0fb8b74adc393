using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Auth.Tests;

public sealed class SessionHandlerTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(TokenForge.Now);
    private readonly ServiceProvider _services;

    public SessionHandlerTests()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services.AddSingleton<IHostEnvironment>(new FakeEnvironment("Production"));
        services.AddAuthentication()
            .AddPulseJwt(options => options.Issuers.Add(new PulseIssuerOptions { Issuer = TokenForge.Issuer, Audiences = { TokenForge.Audience } }))
            .AddPulseBrowserLogin(options =>
            {
                options.Issuer = TokenForge.Issuer;
                options.ClientId = "pulse-web";
            });
        _services = services.BuildServiceProvider();
    }

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task An_idle_session_ends_after_thirty_minutes()
    {
        var cookie = await SignInAsync();

        _time.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1));
        Assert.True(await IsSignedInAsync(cookie));

        _time.Advance(TimeSpan.FromMinutes(30));
        Assert.False(await IsSignedInAsync(cookie));
    }

    [Fact]
    public async Task A_busy_session_ends_after_eight_hours()
    {
        var cookie = await SignInAsync();
        for (var i = 0; i < 31; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(15));
            Assert.True(await IsSignedInAsync(cookie));
        }

        _time.Advance(TimeSpan.FromMinutes(15));
        Assert.False(await IsSignedInAsync(cookie));
    }

    [Fact]
    public async Task A_login_ends_the_session_before_it_and_a_logout_ends_its_own()
    {
        var first = await SignInAsync();
        var second = await SignInAsync(first);

        Assert.NotEqual(first, second);
        Assert.False(await IsSignedInAsync(first));
        Assert.True(await IsSignedInAsync(second));

        await Context(second).SignOutAsync(PulseBrowserLoginDefaults.SessionScheme);
        Assert.False(await IsSignedInAsync(second));
    }

    [Fact]
    public async Task A_damaged_row_is_no_session_and_is_removed()
    {
        var id = SessionId.Create();
        var store = _services.GetRequiredService<ISessionStore>();
        await store.AddAsync(SessionId.KeyOf(id)!, new SessionRecord(new byte[] { 1, 2, 3 }, TokenForge.Now.AddHours(1)), default);

        Assert.False(await IsSignedInAsync("__Host-pulse-session=" + id));
        Assert.Null(await store.FindAsync(SessionId.KeyOf(id)!, default));
    }

    [Fact]
    public async Task A_challenge_is_a_plain_401_and_a_denial_a_plain_403()
    {
        var challenged = Context(null);
        await challenged.ChallengeAsync(PulseBrowserLoginDefaults.SessionScheme);
        var denied = Context(null);
        await denied.ForbidAsync(PulseBrowserLoginDefaults.SessionScheme);

        Assert.Equal(401, challenged.Response.StatusCode);
        Assert.Equal("Bearer", challenged.Response.Headers.WWWAuthenticate);
        Assert.Equal(0, challenged.Response.Headers.Location.Count);
        Assert.Equal(403, denied.Response.StatusCode);
    }

    [Theory]
    [InlineData("of-access-token", "of-id-token", "of-access-token")]
    [InlineData(null, "of-id-token", "of-id-token")]
    public async Task A_session_knows_whose_it_is_and_the_providers_session(string? claim, string item, string expected)
    {
        var context = Context(null);
        var identity = new ClaimsIdentity([new Claim(PulseClaimTypes.Subject, "alice", null, TokenForge.Issuer)], "x");
        if (claim is not null)
        {
            identity.AddClaim(new Claim(PulseClaimTypes.SessionId, claim));
        }

        var properties = new AuthenticationProperties();
        properties.Items[PulseSessionHandler.ProviderSessionItem] = item;
        await context.SignInAsync(PulseBrowserLoginDefaults.SessionScheme, new ClaimsPrincipal(identity), properties);

        var key = SessionId.KeyOf(context.Response.Headers.SetCookie.ToString().Split(';')[0].Split('=')[1])!;
        var record = await _services.GetRequiredService<ISessionStore>().FindAsync(key, default);
        Assert.Equal((TokenForge.Issuer, "alice", expected), (record!.Issuer, record.Subject, record.ProviderSession));
    }

    private async Task<string> SignInAsync(string? cookie = null)
    {
        var context = Context(cookie);
        var identity = new ClaimsIdentity([new Claim(PulseClaimTypes.Subject, "alice")], PulseBrowserLoginDefaults.SessionScheme);
        await context.SignInAsync(PulseBrowserLoginDefaults.SessionScheme, new ClaimsPrincipal(identity));
        return context.Response.Headers.SetCookie.ToString().Split(';')[0];
    }

    private async Task<bool> IsSignedInAsync(string cookie)
    {
        var result = await Context(cookie).AuthenticateAsync(PulseBrowserLoginDefaults.SessionScheme);
        return result.Succeeded && result.Principal.GetPulseSubject() == "alice";
    }

    private DefaultHttpContext Context(string? cookie)
    {
        var context = new DefaultHttpContext { RequestServices = _services.CreateScope().ServiceProvider };
        context.Request.Scheme = "https";
        if (cookie is not null)
        {
            context.Request.Headers.Cookie = cookie;
        }

        return context;
    }
}
