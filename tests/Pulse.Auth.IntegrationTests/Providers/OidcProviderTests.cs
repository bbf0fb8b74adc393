using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Auth.IntegrationTests.Providers;

/// <summary>The bearer scheme against a certified provider that shares no code with it.</summary>
public sealed class OidcProviderTests(OidcProvider provider) : IClassFixture<OidcProvider>
{
    // A tenth more than the shortest interval between two fetches.
    private static readonly TimeSpan NextSnapshot = TimeSpan.FromSeconds(34);

    [Fact]
    public async Task The_API_token_is_accepted_and_its_tenant_read()
    {
        await using var app = await ProviderApp.StartAsync(provider.Issuer);

        var alice = await OidcLogin.SignInAsync(provider.Issuer, "alice");
        var olga = await OidcLogin.SignInAsync(provider.Issuer, "olga");

        Assert.Equal((HttpStatusCode.OK, "acme"), await app.CallAsync(alice.Access));
        Assert.Equal((HttpStatusCode.OK, ""), await app.CallAsync(olga.Access));
    }

    [Fact]
    public async Task C1_C2_The_ID_token_and_the_refresh_token_open_nothing()
    {
        await using var app = await ProviderApp.StartAsync(provider.Issuer);
        var tokens = await OidcLogin.SignInAsync(provider.Issuer, "alice");

        Assert.Equal(HttpStatusCode.Unauthorized, await app.StatusAsync(tokens.Id));
        Assert.Equal(HttpStatusCode.Unauthorized, await app.StatusAsync(tokens.Refresh));
        Assert.Equal(PulseTokenFailure.TypeNotAllowed, await app.ReasonAsync(tokens.Id));
        Assert.Equal(PulseTokenFailure.NotCompact, await app.ReasonAsync(tokens.Refresh));
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(tokens.Access));
    }

    [Fact]
    public async Task A_rotation_in_three_phases_refuses_no_good_token_and_no_retired_key_lives_on()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await ProviderApp.StartAsync(provider.Issuer, time, options => options.KeySet.RefreshInterval = TimeSpan.FromSeconds(30));
        var before = await OidcLogin.SignInAsync(provider.Issuer, "alice");
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(before.Access));

        var prepublished = await provider.RotateAsync("prepublish");
        var during = await OidcLogin.SignInAsync(provider.Issuer, "alice");
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(during.Access));

        var activated = await provider.RotateAsync("activate");
        var after = await OidcLogin.SignInAsync(provider.Issuer, "alice");
        Assert.Equal(prepublished[^1], activated[0]);
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(after.Access));
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(before.Access));

        Assert.Equal([activated[0]], await provider.RotateAsync("retire"));
        time.Advance(NextSnapshot);
        await UntilAsync(async () => await app.ReasonAsync(before.Access) == PulseTokenFailure.KeyUnknown);
        Assert.Equal(HttpStatusCode.Unauthorized, await app.StatusAsync(before.Access));
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(after.Access));
    }

    [Fact]
    public async Task C2_The_logout_token_the_provider_sends_ends_the_session_and_opens_nothing()
    {
        await using var app = await ProviderApp.StartAsync(provider.Issuer, client: "pulse-cli");
        var tokens = await OidcLogin.SignInAsync(provider.Issuer, "alice");
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(tokens.Access));

        Assert.Equal("accepted", await provider.LogOutAsync("alice", app.LogoutReceiver));

        var logout = Assert.Single(app.LogoutTokens);
        Assert.Equal(HttpStatusCode.Unauthorized, await app.StatusAsync(logout));
        Assert.Equal(PulseTokenFailure.TypeNotAllowed, await app.ReasonAsync(logout));
        Assert.Equal(HttpStatusCode.Unauthorized, await app.StatusAsync(tokens.Access));
        Assert.Equal(PulseTokenFailure.Denied, await app.ReasonAsync(tokens.Access));
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; i < 200 && !await condition(); i++)
        {
            await Task.Delay(50);
        }
    }
}
