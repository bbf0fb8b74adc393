using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pulse.Auth.IntegrationTests;

public sealed class BackchannelLogoutTests : IAsyncLifetime
{
    private Provider _provider = null!;
    private TestApp _app = null!;

    public async Task InitializeAsync()
    {
        _provider = await Provider.StartAsync();
        _provider.AccessClaims["sid"] = "s1";
        _app = await TestApp.StartAsync(_provider, browser: true);
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task A_logout_at_the_provider_ends_the_browsers_session_and_its_tokens()
    {
        using var browser = new Browser(_app);
        using var login = await browser.LoginAsync("/");
        using var before = await browser.GetAsync("/me");
        var token = _provider.AccessToken();

        using var logout = await PostAsync(LogoutToken());
        using var after = await browser.GetAsync("/me");
        using var bearer = await _app.GetAsync("/me", token);
        using var again = await PostAsync(LogoutToken());

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(HttpStatusCode.OK, logout.StatusCode);
        Assert.True(logout.Headers.CacheControl!.NoStore);
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, bearer.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
    }

    [Fact]
    public async Task A_forged_logout_ends_nothing()
    {
        using var browser = new Browser(_app);
        using var login = await browser.LoginAsync("/");

        using var logout = await PostAsync(LogoutToken()[..^8] + "AAAAAAAA");
        using var get = await _app.GetAsync("/signout/backchannel");
        using var after = await browser.GetAsync("/me");

        Assert.Equal(HttpStatusCode.BadRequest, logout.StatusCode);
        Assert.True(logout.Headers.CacheControl!.NoStore);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    private async Task<HttpResponseMessage> PostAsync(string token)
    {
        using var client = new HttpClient();
        using var form = new FormUrlEncodedContent([new("logout_token", token)]);
        return await client.PostAsync(new Uri(_app.Origin + "/signout/backchannel"), form);
    }

    private string LogoutToken()
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(new { alg = "RS256", typ = "logout+jwt", kid = _provider.KeyId });
        var payload = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["iss"] = _provider.Issuer,
            ["aud"] = "pulse-web",
            ["typ"] = "Logout",
            ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            ["jti"] = "logout-1",
            ["sid"] = "s1",
            ["sub"] = "alice-id",
            ["events"] = new Dictionary<string, object> { ["http://schemas.openid.net/event/backchannel-logout"] = new { } },
        });
        var input = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        var signature = _provider.Key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{input}.{Base64Url.EncodeToString(signature)}";
    }
}
