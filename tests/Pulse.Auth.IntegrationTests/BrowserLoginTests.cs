using System.Net;

namespace Pulse.Auth.IntegrationTests;

public sealed class BrowserLoginTests : IAsyncLifetime
{
    private Provider _provider = null!;
    private TestApp _app = null!;

    public async Task InitializeAsync()
    {
        _provider = await Provider.StartAsync();
        _app = await TestApp.StartAsync(_provider, browser: true);
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task A_login_gives_a_session_whose_identity_is_the_access_tokens()
    {
        using var browser = new Browser(_app);
        using var before = await browser.GetAsync("/me");
        using var callback = await browser.LoginAsync("/me?x=1");

        Assert.Equal(HttpStatusCode.Unauthorized, before.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, callback.StatusCode);
        Assert.Equal("/me?x=1", callback.Headers.Location!.OriginalString);
        var cookie = Assert.Single(callback.Headers.GetValues("Set-Cookie"), value => value.StartsWith("pulse-session=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(43, browser.SessionId!.Length);

        using var me = await browser.GetAsync("/me");
        Assert.Equal("""{"tenant":"acme","subject":"alice-id","name":"alice"}""", await me.Content.ReadAsStringAsync());

        // The ID token claims operator-admin: an identity taken from it would get in.
        using var ops = await browser.GetAsync("/ops");
        Assert.Equal(HttpStatusCode.Forbidden, ops.StatusCode);
        var accepted = await _app.Events.NextAsync<TokenAccepted>();
        Assert.Equal((PulseBrowserLoginDefaults.ChallengeScheme, "alice-id"), (accepted.Scheme, accepted.Subject));
    }

    [Fact]
    public async Task The_session_identifier_changes_at_each_login()
    {
        using var browser = new Browser(_app);
        using var first = await browser.LoginAsync("/");
        var old = browser.SessionId!;
        using var second = await browser.LoginAsync("/");
        Assert.NotEqual(old, browser.SessionId);

        using var stolen = new Browser(_app) { SessionId = old };
        using var answer = await stolen.GetAsync("/me");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/\t/evil.example/")]
    public async Task A_login_returns_to_this_site_only(string returnUrl)
    {
        using var browser = new Browser(_app);

        using var callback = await browser.LoginAsync(returnUrl);

        Assert.Equal("/", callback.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task An_access_token_that_is_refused_fails_the_login()
    {
        _provider.AccessClaims["realm_access"] = new { roles = new[] { "operator" } };
        using var browser = new Browser(_app);

        using var answer = await browser.LoginAsync("/");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("was not accepted", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null(browser.SessionId);
        Assert.Equal(PulseTokenFailure.PlanesMixed, (await _app.Events.NextAsync<TokenRefused>()).Failure);
    }

    [Fact]
    public async Task An_access_token_of_somebody_else_fails_the_login()
    {
        _provider.AccessSubject = "bob-id";
        using var browser = new Browser(_app);

        using var answer = await browser.LoginAsync("/");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Null(browser.SessionId);
    }

    [Fact]
    public async Task An_answer_of_another_issuer_fails_the_login()
    {
        _provider.AnswerIssuer = "https://evil.example";
        using var browser = new Browser(_app);

        using var answer = await browser.LoginAsync("/");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Null(browser.SessionId);
    }

    [Fact]
    public async Task Another_nonce_fails_the_login()
    {
        _provider.Nonce = "other";
        using var browser = new Browser(_app);

        using var answer = await browser.LoginAsync("/");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Null(browser.SessionId);
    }

    [Fact]
    public async Task The_state_of_one_browser_is_worth_nothing_in_another()
    {
        using var attacker = new Browser(_app);
        using var victim = new Browser(_app);
        var callback = await attacker.AuthorizeAsync("/");

        using var answer = await victim.GetAsync(callback);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Null(victim.SessionId);
    }

    [Fact]
    public async Task A_login_while_the_provider_is_down_says_so()
    {
        await using var provider = await Provider.StartAsync();
        await using var app = await TestApp.StartAsync(provider, browser: true);
        await provider.StopAsync();
        using var browser = new Browser(app);

        using var answer = await browser.GetAsync("/login");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        await provider.StartAgainAsync();
    }

    [Fact]
    public async Task A_discovery_document_of_another_issuer_stops_the_login()
    {
        await using var provider = await Provider.StartAsync();
        provider.DiscoveryIssuer = "http://evil.example/realms/pulse";
        await using var app = await TestApp.StartAsync(provider, browser: true);
        using var browser = new Browser(app);

        using var answer = await browser.GetAsync("/login");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task A_logout_ends_the_session_here_and_at_the_provider()
    {
        using var browser = new Browser(_app);
        using var login = await browser.LoginAsync("/");
        var id = browser.SessionId!;

        using var logout = await browser.LogoutAsync(("Sec-Fetch-Site", "same-origin"));
        using var back = await browser.FollowAsync(logout);
        using var home = await browser.FollowAsync(back);

        Assert.Null(browser.SessionId);
        Assert.NotEmpty(_provider.LogoutQuery!["id_token_hint"].ToString());
        Assert.Equal(_app.Origin + "/signout-callback-oidc", _provider.LogoutQuery["post_logout_redirect_uri"]);
        Assert.Equal("/", home.Headers.Location!.OriginalString);
        using var replay = new Browser(_app) { SessionId = id };
        using var me = await replay.GetAsync("/me");
        Assert.Equal(HttpStatusCode.Unauthorized, me.StatusCode);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("X-None", "1")]
    public async Task A_logout_from_elsewhere_is_refused(string header, string value)
    {
        using var browser = new Browser(_app);
        using var login = await browser.LoginAsync("/");

        using var logout = await browser.LogoutAsync((header, value));
        using var me = await browser.GetAsync("/me");

        Assert.Equal(HttpStatusCode.Forbidden, logout.StatusCode);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }

    [Fact]
    public async Task A_logout_by_origin_works_and_a_get_does_not()
    {
        using var browser = new Browser(_app);
        using var login = await browser.LoginAsync("/");

        using var get = await browser.GetAsync("/logout");
        using var post = await browser.LogoutAsync(("Origin", _app.Origin));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, post.StatusCode);
    }

    [Fact]
    public async Task A_bare_front_channel_logout_ends_no_session()
    {
        using var browser = new Browser(_app);
        using var login = await browser.LoginAsync("/");

        using var front = await browser.GetAsync("/signout-oidc");
        using var me = await browser.GetAsync("/me");

        Assert.Equal(HttpStatusCode.NotFound, front.StatusCode);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }
}
