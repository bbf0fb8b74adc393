using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Pulse.ReferenceHost.Development;

namespace Pulse.ReferenceHost.Demo.Promises;

/// <summary>Who may call, and what an operator's look leaves behind.</summary>
internal static class PeoplePromises
{
    private const string Devices = "/api/v1/customer/devices";

    public static IReadOnlyList<Promise> All { get; } =
    [
        new("a browser logs in, sees its tenant, and logs out", BrowserAsync),
        new("no token is refused", NoTokenAsync),
        new("a foreign issuer is refused", ForeignIssuerAsync),
        new("an expired token is refused", ExpiredAsync),
        new("an operator is refused on the customer plane, and without a reason", PlanesAsync),
        new("an operator's read has its grant and its audit rows", OperatorAsync),
    ];

    private static async Task<string> BrowserAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        var session = await world.Login.LoginToConsoleAsync(world.Host.Url, "alice", DevelopmentSecrets.UserPassword, cancellationToken);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        using var client = new HttpClient(handler) { BaseAddress = world.Host.Url };
        var page = await SendAsync(client, HttpMethod.Get, "/", session.CookieHeader, cancellationToken);
        var seesDevices = page.Body.Contains("demo-stored", StringComparison.Ordinal);
        var seesRefused = page.Body.Contains("IdentityMismatch", StringComparison.Ordinal);
        var logout = await SendAsync(client, HttpMethod.Post, "/logout", session.CookieHeader, cancellationToken);
        var after = await SendAsync(client, HttpMethod.Get, "/", session.CookieHeader, cancellationToken);
        var loggedOut = after.Body.Contains("Log in", StringComparison.Ordinal);
        NotObservedException.Unless(
            seesDevices && seesRefused && logout.Status is 302 or 303 && loggedOut,
            $"devices shown: {seesDevices}, refused messages shown: {seesRefused}, logout {logout.Status}, logged out after: {loggedOut}");
        return "alice signed in at the provider; her page shows devices and refused messages; after logout her cookie opens nothing";
    }

    private static async Task<string> NoTokenAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        var (status, _) = await world.GetAsync(Devices, token: null, cancellationToken);
        NotObservedException.Unless(status == 401, $"the API answered {status}");
        return "401";
    }

    private static async Task<string> ForeignIssuerAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        var (own, _) = await world.GetAsync(Devices, Forge("http://127.0.0.1:1/realms/pulse"), cancellationToken);
        var (ours, _) = await world.GetAsync(Devices, Forge(world.Host.Issuer.OriginalString), cancellationToken);
        NotObservedException.Unless(own == 401 && ours == 401, $"the API answered {own} and {ours}");
        return "401 for another issuer's token, and 401 for our issuer's name under a foreign key";
    }

    private static async Task<string> ExpiredAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        var skew = TimeSpan.FromSeconds(30);
        var wait = world.ShortTokenEnds + skew + TimeSpan.FromSeconds(2) - TimeProvider.System.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, TimeProvider.System, cancellationToken);
        }

        var (status, _) = await world.GetAsync(Devices, world.ShortToken, cancellationToken);
        NotObservedException.Unless(status == 401, $"the API answered {status}");
        var recorded = await world.EventuallyAsync(
            "SELECT count(*) > 0 FROM pulse_audit.event WHERE type = 'auth.token.refused' AND reason = 'Expired'", cancellationToken);
        NotObservedException.Unless(recorded, "the refusal was not recorded as Expired");
        return "401 for the provider's own token once its second and the 30 s of clock skew were over; recorded as Expired";
    }

    private static async Task<string> PlanesAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        var (customer, _) = await world.GetAsync(Devices, world.TokenOf("olga"), cancellationToken);
        var (operatorPlane, _) = await world.GetAsync("/api/v1/operator/devices", world.TokenOf("alice"), cancellationToken, "looking around a bit");
        var (noReason, _) = await world.GetAsync("/api/v1/operator/devices", world.TokenOf("olga"), cancellationToken);
        NotObservedException.Unless(
            customer == 403 && operatorPlane == 403 && noReason == 400, $"the API answered {customer}, {operatorPlane} and {noReason}");
        return "olga on the customer plane 403, alice on the operator plane 403, olga without a reason 400";
    }

    private static async Task<string> OperatorAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        var reason = $"self-check {Guid.CreateVersion7():N}";
        var (status, body) = await world.GetAsync("/api/v1/operator/devices", world.TokenOf("olga"), cancellationToken, reason);
        NotObservedException.Unless(status == 200, $"the API answered {status}");
        var grant = body.GetProperty("grantId").GetGuid();
        var tenants = body.GetProperty("devices").EnumerateArray().Select(device => device.GetProperty("tenantId").GetString()).Distinct().Count();
        var row = await world.InspectAsync<long>(
            "SELECT count(*) FROM pulse.operator_grant WHERE id = $1 AND reason = $2", cancellationToken, grant, reason);
        var audited = await world.EventuallyAsync(
            "SELECT count(*) FILTER (WHERE type = 'operator.access.granted') = 1 AND count(*) FILTER (WHERE type = 'operator.access.ended') = 1 "
            + "FROM pulse_audit.event WHERE reason = $1",
            cancellationToken,
            reason);
        NotObservedException.Unless(row == 1 && audited && tenants == 2, $"grant rows {row}, audited {audited}, tenants seen {tenants}");
        return $"olga read {tenants} tenants' devices; grant {grant.ToString()[..13]}… committed first, audited as granted and ended";
    }

    // A token that looks right in every claim and is signed by a key of our own.
    private static string Forge(string issuer)
    {
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var header = Encode(JsonSerializer.SerializeToUtf8Bytes(new { alg = "RS256", typ = "JWT", kid = "forged" }));
        var payload = Encode(JsonSerializer.SerializeToUtf8Bytes(new
        {
            iss = issuer,
            aud = "pulse-api",
            sub = "a11ce000-0000-4000-8000-000000000001",
            typ = "Bearer",
            azp = "pulse-cli",
            tenant_id = "acme",
            realm_access = new { roles = new[] { "customer" } },
            iat = now,
            exp = now + 300,
        }));
        var signature = key.SignData(Encoding.ASCII.GetBytes($"{header}.{payload}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{header}.{payload}.{Encode(signature)}";
    }

    private static string Encode(byte[] bytes) => WebEncoders.Base64UrlEncode(bytes);

    private static async Task<(int Status, string Body)> SendAsync(
        HttpClient client, HttpMethod method, string path, string cookie, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Cookie", cookie);
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        request.Headers.Add("Origin", client.BaseAddress!.GetLeftPart(UriPartial.Authority));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        using var response = await client.SendAsync(request, cancellationToken);
        return ((int)response.StatusCode, Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancellationToken)));
    }
}
