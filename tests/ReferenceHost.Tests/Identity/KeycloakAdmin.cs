using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pulse.ReferenceHost.Development.Identity;

namespace Pulse.ReferenceHost.Tests.Identity;

/// <summary>Keycloak's admin API, as far as these tests need an administrator.</summary>
internal sealed class KeycloakAdmin : IDisposable
{
    private readonly Uri _origin;
    private readonly HttpClient _http = new();

    private KeycloakAdmin(Uri origin) => _origin = origin;

    public static async Task<KeycloakAdmin> SignInAsync(Uri anyIssuer)
    {
        var admin = new KeycloakAdmin(new Uri(anyIssuer.GetLeftPart(UriPartial.Authority)));
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "password",
            ["client_id"] = "admin-cli",
            ["username"] = "admin",
            ["password"] = KeycloakFixture.AdminPassword,
        });
        using var response = await admin._http.PostAsync(new Uri(admin._origin, "/realms/master/protocol/openid-connect/token"), form);
        var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        admin._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", answer.GetProperty("access_token").GetString());
        return admin;
    }

    /// <summary>Makes a realm like the deployed one with the one user alice, which a test may change as it likes.</summary>
    /// <returns>Its issuer.</returns>
    public async Task<Uri> CreateRealmAsync(string name, bool organizations = false)
    {
        var deployed = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "deploy", "keycloak", "realm-pulse.json"));
        var realm = JsonNode.Parse(KeycloakRealm.Compose(deployed.Replace("${PULSE_CONSOLE_ORIGIN}", "http://127.0.0.1", StringComparison.Ordinal), KeycloakFixture.Password))!;
        realm["realm"] = name;
        realm["organizationsEnabled"] = organizations;
        var alice = realm["users"]!.AsArray().Single(user => (string?)user!["username"] == "alice")!.DeepClone().AsObject();
        alice.Remove("id");
        if (organizations)
        {
            alice.Remove("attributes");
            var client = realm["clients"]!.AsArray().Single(client => (string?)client!["clientId"] == "pulse-cli")!;
            client["directAccessGrantsEnabled"] = true;
        }

        realm["users"] = new JsonArray(alice);
        await SendAsync(HttpMethod.Post, "/admin/realms", realm);
        return new Uri(_origin, $"/realms/{name}");
    }

    /// <summary>Makes an organization, alice its member, and lets every token of <c>pulse-cli</c> name it.</summary>
    public async Task AddOrganizationAsync(string realm, string alias)
    {
        await SendAsync(HttpMethod.Post, $"/admin/realms/{realm}/organizations", new { name = alias, alias, domains = new[] { new { name = alias + ".example" } } });
        var organization = Id(await GetAsync($"/admin/realms/{realm}/organizations"), "alias", alias);
        var alice = Id(await GetAsync($"/admin/realms/{realm}/users"), "username", "alice");
        await SendAsync(HttpMethod.Post, $"/admin/realms/{realm}/organizations/{organization}/members", alice);
        var client = Id(await GetAsync($"/admin/realms/{realm}/clients"), "clientId", "pulse-cli");
        var scope = Id(await GetAsync($"/admin/realms/{realm}/client-scopes"), "name", "organization");
        await SendAsync(HttpMethod.Put, $"/admin/realms/{realm}/clients/{client}/default-client-scopes/{scope}", new { });
    }

    /// <summary>Adds a key provider; the one of the highest priority signs.</summary>
    public async Task AddKeyAsync(string realm, string name, string provider, int priority, params (string Name, string Value)[] more)
    {
        var config = new JsonObject { ["priority"] = Values($"{priority}"), ["enabled"] = Values("true"), ["active"] = Values("true") };
        foreach (var (setting, value) in more)
        {
            config[setting] = Values(value);
        }

        var parent = (await GetAsync($"/admin/realms/{realm}")).GetProperty("id").GetString();
        await SendAsync(HttpMethod.Post, $"/admin/realms/{realm}/components", new { name, providerId = provider, providerType = "org.keycloak.keys.KeyProvider", parentId = parent, config });
    }

    public async Task SetPriorityAsync(string realm, string name, int priority)
    {
        var path = await KeyPathAsync(realm, name);
        var component = JsonNode.Parse((await GetAsync(path)).GetRawText())!;
        component["config"]!["priority"] = Values($"{priority}");
        await SendAsync(HttpMethod.Put, path, component);
    }

    public async Task RemoveKeyAsync(string realm, string name) =>
        await SendAsync(HttpMethod.Delete, await KeyPathAsync(realm, name), new { });

    /// <summary>Lets the realm send logout tokens of <c>pulse-cli</c> to an address.</summary>
    public async Task SendLogoutsToAsync(string realm, Uri receiver)
    {
        var path = $"/admin/realms/{realm}/clients/{Id(await GetAsync($"/admin/realms/{realm}/clients"), "clientId", "pulse-cli")}";
        var client = JsonNode.Parse((await GetAsync(path)).GetRawText())!;
        client["attributes"]!["backchannel.logout.url"] = receiver.AbsoluteUri;
        client["attributes"]!["backchannel.logout.session.required"] = "true";
        await SendAsync(HttpMethod.Put, path, client);
    }

    /// <summary>Ends the sessions of alice.</summary>
    public async Task LogOutAsync(string realm)
    {
        var alice = Id(await GetAsync($"/admin/realms/{realm}/users"), "username", "alice");
        await SendAsync(HttpMethod.Post, $"/admin/realms/{realm}/users/{alice}/logout", new { });
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> KeyPathAsync(string realm, string name)
    {
        var keys = await GetAsync($"/admin/realms/{realm}/components?type=org.keycloak.keys.KeyProvider");
        return $"/admin/realms/{realm}/components/{Id(keys, "name", name)}";
    }

    private async Task<JsonElement> GetAsync(string path) => await _http.GetFromJsonAsync<JsonElement>(new Uri(_origin, path));

    private async Task SendAsync<T>(HttpMethod method, string path, T body)
    {
        using var request = new HttpRequestMessage(method, new Uri(_origin, path)) { Content = JsonContent.Create(body) };
        using var response = await _http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path} answered {response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
    }

    private static JsonArray Values(string value) => new(value);

    private static string Id(JsonElement list, string member, string value) =>
        list.EnumerateArray().Single(item => item.GetProperty(member).GetString() == value).GetProperty("id").GetString()!;
}
