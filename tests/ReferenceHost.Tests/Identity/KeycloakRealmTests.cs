using System.Text.Json.Nodes;
using Pulse.ReferenceHost.Development.Identity;

namespace Pulse.ReferenceHost.Tests.Identity;

/// <summary>The realm file a deployment imports, and what development adds to it.</summary>
public sealed class KeycloakRealmTests : IDisposable
{
    private readonly string _deployed = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "deploy", "keycloak", "realm-pulse.json"));
    private readonly string _folder = Directory.CreateTempSubdirectory("pulse-keycloak-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_deployed_realm_has_no_user_and_no_secret()
    {
        var realm = JsonNode.Parse(_deployed)!;

        Assert.Null(realm["users"]);
        Assert.NotNull(realm["passwordPolicy"]);
        Assert.Equal("${PULSE_WEB_CLIENT_SECRET}", (string?)Client(realm, "pulse-web")["secret"]);
        Assert.DoesNotContain(realm["clients"]!.AsArray(), client => (string?)client!["clientId"] == DevelopmentClients.ShortLived);
    }

    [Theory]
    [InlineData("pulse-web")]
    [InlineData("pulse-cli")]
    [InlineData("pulse-short")]
    public void A_client_has_the_code_flow_with_S256_and_no_other(string clientId)
    {
        var realm = JsonNode.Parse(KeycloakRealm.Compose(_deployed, "pulse-dev"))!;

        var client = Client(realm, clientId);

        Assert.Equal("S256", (string?)client["attributes"]!["pkce.code.challenge.method"]);
        Assert.True((bool?)client["standardFlowEnabled"]);
        Assert.All(
            ["directAccessGrantsEnabled", "implicitFlowEnabled", "serviceAccountsEnabled", "fullScopeAllowed"],
            setting => Assert.False((bool?)client[setting], setting));
        Assert.DoesNotContain(client["redirectUris"]!.AsArray(), address => ((string?)address)!.Contains('*', StringComparison.Ordinal));
    }

    [Fact]
    public void Development_adds_its_users_each_with_one_role_and_their_own_tenant()
    {
        var realm = JsonNode.Parse(KeycloakRealm.Compose(_deployed, "pulse-dev"))!;

        var users = realm["users"]!.AsArray();

        Assert.Equal(DevelopmentUsers.All.Select(user => user.UserName), users.Select(user => (string?)user!["username"]));
        Assert.Equal(
            DevelopmentUsers.All.Select(user => user.TenantId), users.Select(user => (string?)user!["attributes"]?["tenant_id"]?[0]));
        Assert.Equal(DevelopmentUsers.All.Select(user => user.Role), users.Select(user => (string?)user!["realmRoles"]!.AsArray().Single()));
    }

    [Theory]
    [InlineData(null, "KEYCLOAK_HOME is not set")]
    [InlineData("", "KEYCLOAK_HOME is not set")]
    [InlineData("/nonexistent", "no Keycloak distribution")]
    public async Task A_missing_distribution_is_explained(string? distribution, string expected)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => KeycloakServer.StartAsync(Options(distribution, "Development"), CancellationToken.None));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_development_Keycloak_starts_in_no_other_environment()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => KeycloakServer.StartAsync(Options("/nonexistent", "Production"), CancellationToken.None));

        Assert.Contains("Development alone", refused.Message, StringComparison.Ordinal);
    }

    private KeycloakServerOptions Options(string? distribution, string environment) => new()
    {
        EnvironmentName = environment,
        Distribution = distribution,
        Folder = _folder,
        Port = 1,
        ManagementPort = 2,
        ConsoleOrigin = KeycloakFixture.ConsoleOrigin,
        WebClientSecret = KeycloakFixture.WebClientSecret,
        Password = KeycloakFixture.Password,
    };

    private static JsonNode Client(JsonNode realm, string clientId) =>
        realm["clients"]!.AsArray().Single(client => (string?)client!["clientId"] == clientId)!;
}
