using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Pulse.ReferenceHost.Development.Identity;

namespace Pulse.ReferenceHost.Tests.Identity;

/// <summary>The embedded provider over real HTTP.</summary>
public sealed class EmbeddedProviderTests(EmbeddedProviderFixture fixture) : IClassFixture<EmbeddedProviderFixture>, IDisposable
{
    private static readonly string[] KeycloakClaims =
    [
        "exp", "iat", "auth_time", "jti", "iss", "aud", "sub", "typ", "azp", "sid", "acr", "realm_access", "scope", "tenant_id", "name",
        "preferred_username", "given_name", "family_name",
    ];

    private readonly CodeFlowClient _client = new(fixture.Issuer);
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }

    [Fact]
    public async Task Discovery_names_Keycloaks_paths_and_S256_alone()
    {
        var metadata = await GetJsonAsync($"{fixture.Issuer}/.well-known/openid-configuration");

        var protocol = $"{fixture.Issuer}/protocol/openid-connect";
        Assert.Equal(fixture.Issuer.OriginalString, metadata.Text("issuer"));
        Assert.Equal($"{protocol}/auth", metadata.Text("authorization_endpoint"));
        Assert.Equal($"{protocol}/token", metadata.Text("token_endpoint"));
        Assert.Equal($"{protocol}/certs", metadata.Text("jwks_uri"));
        Assert.Equal($"{protocol}/logout", metadata.Text("end_session_endpoint"));
        Assert.Equal($"{protocol}/userinfo", metadata.Text("userinfo_endpoint"));
        Assert.Equal($"{protocol}/revoke", metadata.Text("revocation_endpoint"));
        Assert.Equal(["S256"], Texts(metadata, "code_challenge_methods_supported"));
        Assert.Equal(["authorization_code", "refresh_token"], Texts(metadata, "grant_types_supported"));
    }

    [Theory]
    [InlineData("alice", "customer", "acme")]
    [InlineData("bob", "tenant-admin", "acme")]
    [InlineData("carol", "customer", "globex")]
    [InlineData("olga", "operator", null)]
    [InlineData("otto", "operator-admin", null)]
    public async Task A_users_access_token_has_Keycloaks_shape(string userName, string role, string? tenant)
    {
        var tokens = await _client.LoginAsync(DevelopmentClients.CommandLine, userName, EmbeddedProviderFixture.Password);

        var payload = TokenPayload.Read(tokens.AccessToken);
        Assert.All(
            KeycloakClaims.Where(claim => tenant is not null || claim != "tenant_id"),
            claim => Assert.True(payload.TryGetProperty(claim, out _), claim));
        Assert.Equal(fixture.Issuer.OriginalString, payload.Text("iss"));
        Assert.Equal("pulse-api", payload.Text("aud"));
        Assert.Equal("Bearer", payload.Text("typ"));
        Assert.Equal("pulse-cli", payload.Text("azp"));
        Assert.Equal(userName, payload.Text("preferred_username"));
        Assert.Equal(tenant, payload.Text("tenant_id"));
        Assert.Equal([role], Texts(payload.GetProperty("realm_access"), "roles"));
        Assert.Equal("RS256", TokenPayload.Header(tokens.AccessToken).Text("alg"));
        Assert.Equal(300, payload.GetProperty("exp").GetInt64() - payload.GetProperty("iat").GetInt64());
    }

    [Fact]
    public async Task An_id_token_is_the_clients_and_carries_nonce_and_session()
    {
        var tokens = await LoginAsync("alice");

        var access = TokenPayload.Read(tokens.AccessToken);
        var identity = TokenPayload.Read(tokens.IdToken!);
        Assert.Equal("ID", identity.Text("typ"));
        Assert.Equal("pulse-cli", identity.Text("aud"));
        Assert.NotEmpty(identity.Text("nonce")!);
        Assert.Equal(access.Text("sid"), identity.Text("sid"));
        Assert.False(identity.TryGetProperty("realm_access", out _));
    }

    [Fact]
    public async Task A_token_verifies_against_the_published_keys()
    {
        var tokens = await LoginAsync("alice");

        var keys = new JsonWebKeySet(await _http.GetStringAsync($"{fixture.Issuer}/protocol/openid-connect/certs"));
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(tokens.AccessToken, new TokenValidationParameters
        {
            ValidIssuer = fixture.Issuer.OriginalString,
            ValidAudience = DevelopmentClients.Audience,
            IssuerSigningKeys = keys.GetSigningKeys(),
        });

        Assert.True(result.IsValid, result.Exception?.Message);
    }

    [Fact]
    public async Task The_short_lived_clients_token_lives_one_second()
    {
        var tokens = await _client.LoginAsync(DevelopmentClients.ShortLived, "alice", EmbeddedProviderFixture.Password);

        var payload = TokenPayload.Read(tokens.AccessToken);
        Assert.Equal(1, payload.GetProperty("exp").GetInt64() - payload.GetProperty("iat").GetInt64());
    }

    [Fact]
    public async Task The_console_signs_in_with_its_secret_and_with_no_other()
    {
        var callback = new Uri(EmbeddedProviderFixture.ConsoleOrigin, "/signin-oidc");

        var tokens = await _client.LoginAsync(
            DevelopmentClients.Web, EmbeddedProviderFixture.WebClientSecret, callback, "bob", EmbeddedProviderFixture.Password);
        var refused = await Assert.ThrowsAsync<LoginFailedException>(() => _client.LoginAsync(
            DevelopmentClients.Web, "another-secret", callback, "bob", EmbeddedProviderFixture.Password));

        Assert.Equal("pulse-web", TokenPayload.Read(tokens.AccessToken).Text("azp"));
        Assert.Contains("invalid_client", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("carol")]
    [InlineData("nobody")]
    public async Task A_wrong_password_and_an_unknown_user_get_the_same_answer(string userName)
    {
        var refused = await Assert.ThrowsAsync<LoginFailedException>(
            () => _client.LoginAsync(DevelopmentClients.CommandLine, userName, "not-the-password"));

        Assert.Contains("Invalid username or password.", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-password", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_to_an_unregistered_address_is_refused_on_the_spot()
    {
        var refused = await Assert.ThrowsAsync<LoginFailedException>(() => _client.LoginAsync(
            DevelopmentClients.CommandLine, null, new Uri("http://127.0.0.1:45081/elsewhere"), "alice", EmbeddedProviderFixture.Password));

        Assert.Contains("redirect_uri", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "plain")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", null)]
    public async Task A_request_without_an_S256_challenge_is_refused(string? challenge, string? method)
    {
        var target = QueryHelpers.AddQueryString(_client.AuthorizationEndpoint.AbsoluteUri, new Dictionary<string, string?>
        {
            ["client_id"] = DevelopmentClients.CommandLine,
            ["redirect_uri"] = CodeFlowClient.LoopbackRedirect.OriginalString,
            ["response_type"] = "code",
            ["scope"] = "openid",
            ["code_challenge"] = challenge,
            ["code_challenge_method"] = method,
        });

        using var response = await _http.GetAsync(target);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("error:invalid_request", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_is_worth_nothing_with_another_verifier()
    {
        var verifier = NewVerifier();
        var code = await AuthorizeAsync(verifier);

        var refused = await Assert.ThrowsAsync<LoginFailedException>(() => RedeemAsync(code, NewVerifier()));

        Assert.Contains("invalid_grant", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replayed_code_is_refused_and_takes_the_tokens_with_it()
    {
        var verifier = NewVerifier();
        var code = await AuthorizeAsync(verifier);
        var tokens = await RedeemAsync(code, verifier);

        var replay = await Assert.ThrowsAsync<LoginFailedException>(() => RedeemAsync(code, verifier));
        var refresh = await Assert.ThrowsAsync<LoginFailedException>(
            () => _client.RefreshAsync(DevelopmentClients.CommandLine, tokens.RefreshToken!));

        Assert.Contains("invalid_grant", replay.Message, StringComparison.Ordinal);
        Assert.Contains("invalid_grant", refresh.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replayed_refresh_token_is_refused_and_ends_its_whole_chain()
    {
        var first = await LoginAsync("alice");
        var second = await _client.RefreshAsync(DevelopmentClients.CommandLine, first.RefreshToken!);

        var replay = await Assert.ThrowsAsync<LoginFailedException>(
            () => _client.RefreshAsync(DevelopmentClients.CommandLine, first.RefreshToken!));
        var successor = await Assert.ThrowsAsync<LoginFailedException>(
            () => _client.RefreshAsync(DevelopmentClients.CommandLine, second.RefreshToken!));

        Assert.NotEqual(first.RefreshToken, second.RefreshToken);
        Assert.Contains("invalid_grant", replay.Message, StringComparison.Ordinal);
        Assert.Contains("invalid_grant", successor.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refreshed_token_keeps_its_claims()
    {
        var first = await LoginAsync("bob");

        var second = await _client.RefreshAsync(DevelopmentClients.CommandLine, first.RefreshToken!);

        var before = TokenPayload.Read(first.AccessToken);
        var after = TokenPayload.Read(second.AccessToken);
        Assert.All(["sub", "sid", "azp", "typ", "tenant_id"], claim => Assert.Equal(before.Text(claim), after.Text(claim)));
        Assert.Equal(["tenant-admin"], Texts(after.GetProperty("realm_access"), "roles"));
    }

    [Fact]
    public async Task A_sign_out_without_the_sessions_id_token_asks_first()
    {
        using var connections = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        using var invoker = new HttpMessageInvoker(connections);
        var browser = new HeadlessBrowser(invoker, TimeProvider.System);
        await browser.SignInAsync(
            SignInAddress(), "alice", EmbeddedProviderFixture.Password, address => address.AbsolutePath == "/callback", CancellationToken.None);

        using var page = await browser.SendAsync(
            new Uri($"{fixture.Issuer}/protocol/openid-connect/logout"), form: null, CancellationToken.None);
        using var forged = await browser.SendAsync(
            new Uri($"{fixture.Issuer}/protocol/openid-connect/logout"), new Dictionary<string, string>(), CancellationToken.None);
        await browser.SignInAsync(
            SignInAddress(), "alice", "not-asked-for", address => address.AbsolutePath == "/callback", CancellationToken.None);

        Assert.Contains("id=\"logout\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("id=\"logout\"", await forged.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_password_grant_does_not_exist()
    {
        var refused = await Assert.ThrowsAsync<LoginFailedException>(() => _client.RedeemAsync(new Dictionary<string, string?>
        {
            ["grant_type"] = "password",
            ["client_id"] = DevelopmentClients.CommandLine,
            ["username"] = "alice",
            ["password"] = EmbeddedProviderFixture.Password,
        }));

        Assert.Contains("unsupported_grant_type", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sign_in_page_allows_no_script_and_no_frame()
    {
        using var response = await _http.GetAsync(SignInAddress());

        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script", policy + await response.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_form_without_its_anti_forgery_cookie_signs_nobody_in()
    {
        using var page = await _http.GetAsync(SignInAddress());
        var form = LoginForm.Find(await page.Content.ReadAsStringAsync(), fixture.Issuer)!;

        using var content = new FormUrlEncodedContent(form.Fill("alice", EmbeddedProviderFixture.Password));
        using var response = await _http.PostAsync(form.Action, content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.False(response.Headers.TryGetValues("Set-Cookie", out _));
    }

    [Fact]
    public async Task A_form_that_returns_elsewhere_is_refused()
    {
        using var content = new FormUrlEncodedContent([]);

        using var response = await _http.PostAsync($"{fixture.Issuer}/login-actions/authenticate?return_to=https://example.com/", content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private Task<TokenSet> LoginAsync(string userName) =>
        _client.LoginAsync(DevelopmentClients.CommandLine, userName, EmbeddedProviderFixture.Password);

    private Task<string> AuthorizeAsync(string verifier) => _client.AuthorizeAsync(
        DevelopmentClients.CommandLine, CodeFlowClient.LoopbackRedirect, verifier, "alice", EmbeddedProviderFixture.Password);

    private Task<TokenSet> RedeemAsync(string code, string verifier) => _client.RedeemAsync(new Dictionary<string, string?>
    {
        ["grant_type"] = "authorization_code",
        ["code"] = code,
        ["redirect_uri"] = CodeFlowClient.LoopbackRedirect.OriginalString,
        ["client_id"] = DevelopmentClients.CommandLine,
        ["code_verifier"] = verifier,
    });

    private Uri SignInAddress() => new(QueryHelpers.AddQueryString(_client.AuthorizationEndpoint.AbsoluteUri, new Dictionary<string, string?>
    {
        ["client_id"] = DevelopmentClients.CommandLine,
        ["redirect_uri"] = CodeFlowClient.LoopbackRedirect.OriginalString,
        ["response_type"] = "code",
        ["scope"] = "openid",
        ["code_challenge"] = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(NewVerifier()))),
        ["code_challenge_method"] = "S256",
    }));

    private async Task<JsonElement> GetJsonAsync(string address) => JsonDocument.Parse(await _http.GetStringAsync(address)).RootElement;

    private static string NewVerifier() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));

    private static IEnumerable<string?> Texts(JsonElement parent, string member) =>
        parent.GetProperty(member).EnumerateArray().Select(item => item.GetString());
}
