using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Pulse.Auth.IntegrationTests.Providers;

/// <summary>The authorization code flow with PKCE at a provider that asks no questions: a browser that follows redirects.</summary>
internal static class OidcLogin
{
    private const string Client = "pulse-cli";

    // Nobody listens there: the flow stops at the redirect to it.
    private const string Callback = "http://127.0.0.1:49998/callback";

    public static async Task<Tokens> SignInAsync(string issuer, string user)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, CookieContainer = new CookieContainer() });
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var code = await AuthorizeAsync(http, issuer, user, verifier);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = Client,
            ["redirect_uri"] = Callback,
            ["code"] = code,
            ["code_verifier"] = verifier,
        });
        using var response = await http.PostAsync(new Uri(issuer + "/protocol/openid-connect/token"), form);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        using var answer = JsonDocument.Parse(text);
        return new Tokens(Member(answer, "access_token"), Member(answer, "id_token"), Member(answer, "refresh_token"));
    }

    private static async Task<string> AuthorizeAsync(HttpClient http, string issuer, string user, string verifier)
    {
        var state = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        var target = new Uri(QueryHelpers.AddQueryString(issuer + "/protocol/openid-connect/auth", new Dictionary<string, string?>
        {
            ["client_id"] = Client,
            ["redirect_uri"] = Callback,
            ["response_type"] = "code",
            ["scope"] = "openid offline_access",
            ["prompt"] = "consent",
            ["login_hint"] = user,
            ["state"] = state,
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))),
            ["code_challenge_method"] = "S256",
        }));
        for (var step = 0; step < 10; step++)
        {
            using var response = await http.GetAsync(target);
            Assert.True(response.Headers.Location is not null, $"{target.AbsolutePath} answered {response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
            target = new Uri(target, response.Headers.Location);
            if (target.AbsoluteUri.StartsWith(Callback, StringComparison.Ordinal))
            {
                var answer = QueryHelpers.ParseQuery(target.Query);
                Assert.Equal(state, answer["state"]);
                Assert.Equal(issuer, answer["iss"]);
                return answer["code"]!;
            }
        }

        throw new InvalidOperationException("The sign-in did not end.");
    }

    private static string Member(JsonDocument answer, string name) => answer.RootElement.GetProperty(name).GetString()!;

    internal sealed record Tokens(string Access, string Id, string Refresh);
}
