using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Pulse.ReferenceHost.Development.Identity;
using Xunit.Abstractions;

namespace Pulse.ReferenceHost.Tests.Identity;

/// <summary>The deployable realm in a real Keycloak.</summary>
[Collection(KeycloakFixture.Name)]
public sealed class KeycloakTests(KeycloakFixture keycloak, ITestOutputHelper output)
{
    [Theory]
    [InlineData("alice", "customer", "acme")]
    [InlineData("bob", "tenant-admin", "acme")]
    [InlineData("carol", "customer", "globex")]
    [InlineData("olga", "operator", null)]
    [InlineData("otto", "operator-admin", null)]
    public async Task A_user_signs_in_and_gets_the_token_we_expect(string userName, string role, string? tenant)
    {
        if (KeycloakHome.OrSayWhyNot(output) is null)
        {
            return;
        }

        using var client = new CodeFlowClient(keycloak.Issuer);
        var tokens = await client.LoginAsync(DevelopmentClients.CommandLine, userName, KeycloakFixture.Password);

        var payload = TokenPayload.Read(tokens.AccessToken);
        Assert.Equal(keycloak.Issuer.OriginalString, payload.Text("iss"));
        Assert.Equal("pulse-api", payload.Text("aud"));
        Assert.Equal("Bearer", payload.Text("typ"));
        Assert.Equal("pulse-cli", payload.Text("azp"));
        Assert.Equal(userName, payload.Text("preferred_username"));
        Assert.Equal(tenant, payload.Text("tenant_id"));
        Assert.Equal(DevelopmentUsers.Find(userName)!.Subject, payload.Text("sub"));
        Assert.Equal([role], payload.GetProperty("realm_access").GetProperty("roles").EnumerateArray().Select(item => item.GetString()));
        Assert.Equal(300, Lifetime(payload));
        Assert.Equal("ID", TokenPayload.Read(tokens.IdToken!).Text("typ"));
    }

    [Fact]
    public async Task The_console_signs_in_with_its_secret_and_the_short_lived_client_gets_one_second()
    {
        if (KeycloakHome.OrSayWhyNot(output) is null)
        {
            return;
        }

        using var client = new CodeFlowClient(keycloak.Issuer);
        var console = await client.LoginAsync(
            DevelopmentClients.Web,
            KeycloakFixture.WebClientSecret,
            new Uri(KeycloakFixture.ConsoleOrigin, "/signin-oidc"),
            "bob",
            KeycloakFixture.Password);
        var shortLived = await client.LoginAsync(DevelopmentClients.ShortLived, "otto", KeycloakFixture.Password);

        Assert.Equal("pulse-web", TokenPayload.Read(console.AccessToken).Text("azp"));
        Assert.Equal(1, Lifetime(TokenPayload.Read(shortLived.AccessToken)));
    }

    [Fact]
    public async Task A_wrong_password_is_refused_with_the_pages_words()
    {
        if (KeycloakHome.OrSayWhyNot(output) is null)
        {
            return;
        }

        using var client = new CodeFlowClient(keycloak.Issuer);
        var refused = await Assert.ThrowsAsync<LoginFailedException>(
            () => client.LoginAsync(DevelopmentClients.CommandLine, "carol", "not-the-password"));

        Assert.Contains("Invalid username or password.", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-password", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("account")]
    [InlineData("account-console")]
    [InlineData("admin-cli")]
    [InlineData("broker")]
    [InlineData("realm-management")]
    [InlineData("security-admin-console")]
    [InlineData("pulse-web")]
    [InlineData("pulse-cli")]
    [InlineData("pulse-short")]
    public async Task No_client_takes_a_password_for_a_token(string clientId)
    {
        if (KeycloakHome.OrSayWhyNot(output) is null)
        {
            return;
        }

        using var client = new CodeFlowClient(keycloak.Issuer);
        var refused = await Assert.ThrowsAsync<LoginFailedException>(() => client.RedeemAsync(new Dictionary<string, string?>
        {
            ["grant_type"] = "password",
            ["client_id"] = clientId,
            ["client_secret"] = clientId == DevelopmentClients.Web ? KeycloakFixture.WebClientSecret : null,
            ["username"] = "alice",
            ["password"] = KeycloakFixture.Password,
        }));

        Assert.Contains("_client ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pulse-web", null)]
    [InlineData("pulse-web", "plain")]
    [InlineData("pulse-cli", null)]
    [InlineData("pulse-cli", "plain")]
    public async Task A_request_without_an_S256_challenge_is_refused(string clientId, string? method)
    {
        if (KeycloakHome.OrSayWhyNot(output) is null)
        {
            return;
        }

        using var client = new CodeFlowClient(keycloak.Issuer);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        using var response = await http.GetAsync(QueryHelpers.AddQueryString(
            client.AuthorizationEndpoint.AbsoluteUri,
            new Dictionary<string, string?>
            {
                ["client_id"] = clientId,
                ["redirect_uri"] = clientId == DevelopmentClients.Web
                    ? new Uri(KeycloakFixture.ConsoleOrigin, "/signin-oidc").AbsoluteUri
                    : CodeFlowClient.LoopbackRedirect.AbsoluteUri,
                ["response_type"] = "code",
                ["scope"] = "openid",
                ["code_challenge"] = method is null ? null : "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
                ["code_challenge_method"] = method,
            }));

        Assert.Equal("invalid_request", QueryHelpers.ParseQuery(response.Headers.Location!.Query)["error"]);
    }

    [Fact]
    public async Task The_console_signs_a_user_in_and_out()
    {
        if (KeycloakHome.OrSayWhyNot(output) is null)
        {
            return;
        }

        await ConsoleFlow.SignsInAsync(KeycloakFixture.ConsoleOrigin, keycloak.Issuer, KeycloakFixture.WebClientSecret);
        await ConsoleFlow.SignsOutAtTheProviderTooAsync(KeycloakFixture.ConsoleOrigin, keycloak.Issuer, KeycloakFixture.WebClientSecret);
    }

    [Fact]
    public async Task A_replayed_refresh_token_ends_its_chain()
    {
        if (KeycloakHome.OrSayWhyNot(output) is null)
        {
            return;
        }

        using var client = new CodeFlowClient(keycloak.Issuer);
        var first = await client.LoginAsync(DevelopmentClients.CommandLine, "alice", KeycloakFixture.Password);
        var second = await client.RefreshAsync(DevelopmentClients.CommandLine, first.RefreshToken!);

        await Assert.ThrowsAsync<LoginFailedException>(() => client.RefreshAsync(DevelopmentClients.CommandLine, first.RefreshToken!));
        await Assert.ThrowsAsync<LoginFailedException>(() => client.RefreshAsync(DevelopmentClients.CommandLine, second.RefreshToken!));
    }

    private static long Lifetime(JsonElement payload) => payload.GetProperty("exp").GetInt64() - payload.GetProperty("iat").GetInt64();
}
