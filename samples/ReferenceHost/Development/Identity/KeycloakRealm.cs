using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>The deployed realm with what only development has: its users, and a client whose tokens live one second.</summary>
internal static class KeycloakRealm
{
    public static string Compose(string deployedRealm, string password)
    {
        var realm = JsonNode.Parse(deployedRealm)!.AsObject();

        // The development password is short on purpose; the deployed realm's rules stay untouched.
        realm.Remove("passwordPolicy");
        AddShortLivedClient(realm);
        realm["users"] = new JsonArray([.. DevelopmentUsers.All.Select(user => Describe(user, password))]);
        return realm.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    private static void AddShortLivedClient(JsonObject realm)
    {
        var client = Find(realm["clients"]!, "clientId").DeepClone();
        client["clientId"] = DevelopmentClients.ShortLived;
        client["name"] = "Pulse, tokens of one second";
        client["attributes"]!["access.token.lifespan"] = "1";
        realm["clients"]!.AsArray().Add(client);

        var mapping = Find(realm["scopeMappings"]!, "client").DeepClone();
        mapping["client"] = DevelopmentClients.ShortLived;
        realm["scopeMappings"]!.AsArray().Add(mapping);
    }

    private static JsonNode Find(JsonNode list, string key) =>
        list.AsArray().Single(item => (string?)item![key] == DevelopmentClients.CommandLine)!;

    private static JsonNode Describe(DevelopmentUser user, string password)
    {
        var node = JsonSerializer.SerializeToNode(new
        {
            id = user.Subject,
            username = user.UserName,
            enabled = true,
            email = user.Email,
            emailVerified = true,
            firstName = user.FirstName,
            lastName = user.LastName,
            realmRoles = new[] { user.Role },
            credentials = new[] { new { type = "password", value = password, temporary = false } },
        })!;
        if (user.TenantId is not null)
        {
            node["attributes"] = new JsonObject { ["tenant_id"] = new JsonArray(user.TenantId) };
        }

        return node;
    }
}
