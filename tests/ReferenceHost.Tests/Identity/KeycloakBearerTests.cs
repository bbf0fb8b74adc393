using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Time.Testing;
using Pulse.Auth;
using Pulse.Auth.IntegrationTests.Providers;
using Pulse.ReferenceHost.Development.Identity;
using Xunit.Abstractions;

namespace Pulse.ReferenceHost.Tests.Identity;

/// <summary>The bearer scheme of Pulse.Auth against a real Keycloak: its tokens, its keys, its outages.</summary>
[Collection(KeycloakFixture.Name)]
public sealed class KeycloakBearerTests(KeycloakFixture keycloak, ITestOutputHelper output)
{
    // A tenth more than the shortest interval between two fetches.
    private static readonly TimeSpan NextSnapshot = TimeSpan.FromSeconds(34);
    private static readonly TimeSpan Instantly = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task C1_C2_The_API_token_is_accepted_the_ID_token_and_the_refresh_token_are_not()
    {
        if (KeycloakHome.OrSayWhyNot(output) is null)
        {
            return;
        }

        await using var app = await ProviderApp.StartAsync(keycloak.Issuer.OriginalString);
        var tokens = await SignInAsync(keycloak.Issuer);

        Assert.Equal((HttpStatusCode.OK, "acme"), await app.CallAsync(tokens.AccessToken));
        Assert.Equal(HttpStatusCode.Unauthorized, await app.StatusAsync(tokens.IdToken!));
        Assert.Equal(PulseTokenFailure.TypeNotAllowed, await app.ReasonAsync(tokens.IdToken!));
        Assert.Equal(HttpStatusCode.Unauthorized, await app.StatusAsync(tokens.RefreshToken!));
        Assert.Equal(PulseTokenFailure.AlgorithmNotAllowed, await app.ReasonAsync(tokens.RefreshToken!));
    }

    [Fact]
    public async Task The_organization_is_the_tenant_and_two_are_none()
    {
        if (KeycloakHome.OrSayWhyNot(output) is null)
        {
            return;
        }

        using var admin = await KeycloakAdmin.SignInAsync(keycloak.Issuer);
        var issuer = await admin.CreateRealmAsync("organizations", organizations: true);
        await admin.AddOrganizationAsync("organizations", "globex");
        await using var app = await ProviderApp.StartAsync(issuer.OriginalString);

        var one = await SignInAsync(issuer);
        Assert.Null(TokenPayload.Read(one.AccessToken).Text("tenant_id"));
        Assert.Equal((HttpStatusCode.OK, "globex"), await app.CallAsync(one.AccessToken));

        await admin.AddOrganizationAsync("organizations", "initech");
        using var client = new CodeFlowClient(issuer);
        var two = await client.RedeemAsync(new Dictionary<string, string?>
        {
            ["grant_type"] = "password",
            ["client_id"] = "pulse-cli",
            ["username"] = "alice",
            ["password"] = KeycloakFixture.Password,
            ["scope"] = "openid organization:*",
        });
        Assert.Equal(HttpStatusCode.Unauthorized, await app.StatusAsync(two.AccessToken));
        Assert.Equal(PulseTokenFailure.TenantAmbiguous, await app.ReasonAsync(two.AccessToken));

        // Keycloak leaves the claim out when the scope names none of two: nobody's tenant, not the first one's.
        var none = await SignInAsync(issuer);
        Assert.Equal((HttpStatusCode.OK, ""), await app.CallAsync(none.AccessToken));
    }

    [Fact]
    public async Task A_rotation_in_three_phases_refuses_no_good_token_and_no_retired_key_lives_on()
    {
        if (KeycloakHome.OrSayWhyNot(output) is null)
        {
            return;
        }

        using var admin = await KeycloakAdmin.SignInAsync(keycloak.Issuer);
        var issuer = await admin.CreateRealmAsync("rotation");
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await ProviderApp.StartAsync(issuer.OriginalString, time, options => options.KeySet.RefreshInterval = TimeSpan.FromSeconds(30));
        var before = (await SignInAsync(issuer)).AccessToken;
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(before));

        await admin.AddKeyAsync("rotation", "next", "rsa-generated", priority: -1);
        var prepublished = (await SignInAsync(issuer)).AccessToken;
        Assert.Equal(KeyOf(before), KeyOf(prepublished));
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(prepublished));

        await admin.SetPriorityAsync("rotation", "next", 1000);
        var after = (await SignInAsync(issuer)).AccessToken;
        Assert.NotEqual(KeyOf(before), KeyOf(after));
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(after));
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(before));

        await admin.RemoveKeyAsync("rotation", "rsa-generated");
        time.Advance(NextSnapshot);
        await UntilAsync(async () => await app.ReasonAsync(before) == PulseTokenFailure.KeyUnknown);
        Assert.Equal(HttpStatusCode.Unauthorized, await app.StatusAsync(before));
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(after));
    }

    [Fact]
    public async Task A8_A_realm_key_made_for_encryption_verifies_nothing()
    {
        if (KeycloakHome.OrSayWhyNot(output) is null)
        {
            return;
        }

        using var admin = await KeycloakAdmin.SignInAsync(keycloak.Issuer);
        var issuer = await admin.CreateRealmAsync("encryption");
        using var key = RSA.Create(2048);
        await admin.AddKeyAsync("encryption", "ours", "rsa-enc", 1000, ("privateKey", key.ExportPkcs8PrivateKeyPem()), ("algorithm", "RSA-OAEP"));
        await using var app = await ProviderApp.StartAsync(issuer.OriginalString);
        var genuine = (await SignInAsync(issuer)).AccessToken;
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(genuine));

        var published = await PublishedAsync(issuer, WebEncoders.Base64UrlEncode(key.ExportParameters(false).Modulus!));
        Assert.Equal("enc", published.Text("use"));
        var forged = Sign(key, published.Text("kid")!, genuine);

        Assert.Equal(HttpStatusCode.Unauthorized, await app.StatusAsync(forged));
        Assert.Equal(PulseTokenFailure.KeyUnknown, await app.ReasonAsync(forged));
    }

    [Fact]
    public async Task C2_The_logout_token_Keycloak_sends_ends_the_session_and_opens_nothing()
    {
        if (KeycloakHome.OrSayWhyNot(output) is null)
        {
            return;
        }

        using var admin = await KeycloakAdmin.SignInAsync(keycloak.Issuer);
        var issuer = await admin.CreateRealmAsync("logout");
        await using var app = await ProviderApp.StartAsync(issuer.OriginalString, client: "pulse-cli");
        await admin.SendLogoutsToAsync("logout", app.LogoutReceiver);
        var token = (await SignInAsync(issuer)).AccessToken;
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(token));

        await admin.LogOutAsync("logout");
        await UntilAsync(() => Task.FromResult(app.LogoutTokens.Count > 0));

        var logout = Assert.Single(app.LogoutTokens);
        Assert.Equal(TokenPayload.Read(token).Text("sid"), TokenPayload.Read(logout).Text("sid"));
        Assert.Equal(HttpStatusCode.Unauthorized, await app.StatusAsync(logout));
        Assert.Equal(PulseTokenFailure.TypeNotAllowed, await app.ReasonAsync(logout));
        Assert.Equal(PulseTokenFailure.Denied, await app.ReasonAsync(token));

        // A new login is a new session.
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync((await SignInAsync(issuer)).AccessToken));
    }

    [Fact]
    public async Task D4_D5_A_provider_that_hangs_or_dies_stops_nobody_whose_key_is_known()
    {
        if (KeycloakHome.OrSayWhyNot(output) is null)
        {
            return;
        }

        await using var app = await ProviderApp.StartAsync(
            keycloak.Issuer.OriginalString, configure: options => options.KeySet.FetchTimeout = TimeSpan.FromSeconds(2));
        using var stranger = RSA.Create(2048);
        var known = (await SignInAsync(keycloak.Issuer)).AccessToken;
        var unknown = Sign(stranger, "unknown", known);
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(known));

        await KeycloakFixture.SignalAsync("STOP");
        try
        {
            var hanging = app.StatusAsync(unknown);
            Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(known).WaitAsync(Instantly));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await hanging.WaitAsync(TimeSpan.FromSeconds(10)));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await app.StatusAsync(unknown).WaitAsync(Instantly));
        }
        finally
        {
            await KeycloakFixture.SignalAsync("CONT");
        }

        await UntilAsync(async () => await app.StatusAsync(unknown) == HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.Unauthorized, await app.StatusAsync(unknown));

        await KeycloakFixture.SignalAsync("KILL");
        try
        {
            Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(known).WaitAsync(Instantly));
        }
        finally
        {
            await keycloak.RestartAsync();
        }

        // The realm of the restarted server has other keys; the first token signed by one is accepted.
        var reborn = (await SignInAsync(keycloak.Issuer)).AccessToken;
        Assert.NotEqual(KeyOf(known), KeyOf(reborn));
        await UntilAsync(async () => await app.StatusAsync(reborn) == HttpStatusCode.OK);
        Assert.Equal((HttpStatusCode.OK, "acme"), await app.CallAsync(reborn));
    }

    private static async Task<TokenSet> SignInAsync(Uri issuer)
    {
        using var client = new CodeFlowClient(issuer);
        return await client.LoginAsync(DevelopmentClients.CommandLine, "alice", KeycloakFixture.Password);
    }

    private static string? KeyOf(string token) => TokenPayload.Header(token).Text("kid");

    private static async Task<JsonElement> PublishedAsync(Uri issuer, string modulus)
    {
        using var http = new HttpClient();
        var set = await http.GetFromJsonAsync<JsonElement>(new Uri(issuer.OriginalString + "/protocol/openid-connect/certs"));
        return set.GetProperty("keys").EnumerateArray().Single(key => key.Text("n") == modulus);
    }

    /// <summary>The claims of a genuine token, signed by another key.</summary>
    private static string Sign(RSA key, string keyId, string genuine)
    {
        var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = keyId }.ToJsonString();
        var input = $"{WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(header))}.{genuine.Split('.')[1]}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{input}.{WebEncoders.Base64UrlEncode(signature)}";
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; i < 300 && !await condition(); i++)
        {
            await Task.Delay(100);
        }
    }
}
