using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>
/// Signs a user in as a browser would: the authorization code flow with PKCE (RFC 7636, S256) at either development provider.
/// Each sign-in is a browser of its own, without cookies of an earlier one.
/// </summary>
internal sealed class CodeFlowClient : IDisposable
{
    /// <summary>A loopback address nobody listens on: the flow stops at the redirect to it.</summary>
    public static readonly Uri LoopbackRedirect = new("http://127.0.0.1:49999/callback");

    private readonly Uri _issuer;
    private readonly TimeProvider _time;
    private readonly SocketsHttpHandler _connections = new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
    };

    private readonly HttpMessageInvoker _http;

    /// <param name="issuer">The provider's issuer; its endpoints are Keycloak's paths below it.</param>
    /// <param name="time">Clock of the cookies.</param>
    public CodeFlowClient(Uri issuer, TimeProvider? time = null)
    {
        _issuer = issuer;
        _time = time ?? TimeProvider.System;
        _http = new HttpMessageInvoker(_connections, disposeHandler: false);
    }

    /// <summary>The authorization endpoint.</summary>
    public Uri AuthorizationEndpoint => Endpoint("auth");

    /// <summary>The token endpoint.</summary>
    public Uri TokenEndpoint => Endpoint("token");

    /// <summary>Signs a user in at a public client and answers the tokens.</summary>
    /// <param name="clientId">A public client with a loopback redirect, e.g. <see cref="DevelopmentClients.CommandLine"/>.</param>
    /// <param name="userName">The user.</param>
    /// <param name="password">The user's password.</param>
    /// <param name="cancellationToken">Abandons the sign-in.</param>
    /// <exception cref="LoginFailedException">The provider refused; the text is the provider's.</exception>
    public Task<TokenSet> LoginAsync(
        string clientId, string userName, string password, CancellationToken cancellationToken = default) =>
        LoginAsync(clientId, clientSecret: null, LoopbackRedirect, userName, password, cancellationToken);

    /// <summary>Signs a user in at any client whose redirect address is known.</summary>
    /// <exception cref="LoginFailedException">The provider refused; the text is the provider's.</exception>
    public async Task<TokenSet> LoginAsync(
        string clientId, string? clientSecret, Uri redirectUri, string userName, string password, CancellationToken cancellationToken = default)
    {
        var verifier = Base64(RandomNumberGenerator.GetBytes(32));
        var code = await AuthorizeAsync(clientId, redirectUri, verifier, userName, password, cancellationToken);
        return await RedeemAsync(
            new Dictionary<string, string?>
            {
                ["grant_type"] = "authorization_code",
                ["code"] = code,
                ["redirect_uri"] = redirectUri.OriginalString,
                ["code_verifier"] = verifier,
                ["client_id"] = clientId,
                ["client_secret"] = clientSecret,
            },
            cancellationToken);
    }

    /// <summary>Takes the flow to its code and checks what came with it: <c>state</c>, and <c>iss</c> (RFC 9207).</summary>
    /// <exception cref="LoginFailedException">The provider refused, or answered for another request.</exception>
    public async Task<string> AuthorizeAsync(
        string clientId, Uri redirectUri, string codeVerifier, string userName, string password, CancellationToken cancellationToken = default)
    {
        var state = Base64(RandomNumberGenerator.GetBytes(16));
        var start = new Uri(QueryHelpers.AddQueryString(AuthorizationEndpoint.AbsoluteUri, new Dictionary<string, string?>
        {
            ["client_id"] = clientId,
            ["redirect_uri"] = redirectUri.OriginalString,
            ["response_type"] = "code",
            ["scope"] = "openid profile",
            ["state"] = state,
            ["nonce"] = Base64(RandomNumberGenerator.GetBytes(16)),
            ["code_challenge"] = Base64(SHA256.HashData(Encoding.ASCII.GetBytes(codeVerifier))),
            ["code_challenge_method"] = "S256",
        }));
        var end = await new HeadlessBrowser(_http, _time).SignInAsync(
            start, userName, password, address => IsAt(address, redirectUri), cancellationToken);

        var answer = QueryHelpers.ParseQuery(end.Query);
        if (answer.TryGetValue("error", out var error))
        {
            throw new LoginFailedException($"{_issuer} refused: {error} {answer.GetValueOrDefault("error_description")}");
        }

        if (answer.GetValueOrDefault("state") != state || answer.GetValueOrDefault("iss") != _issuer.OriginalString)
        {
            throw new LoginFailedException($"{_issuer} answered with another state or issuer than the request's.");
        }

        return answer.GetValueOrDefault("code").ToString();
    }

    /// <summary>Trades a refresh token of a public client for a new set.</summary>
    /// <exception cref="LoginFailedException">The provider refused.</exception>
    public Task<TokenSet> RefreshAsync(string clientId, string refreshToken, CancellationToken cancellationToken = default) =>
        RedeemAsync(
            new Dictionary<string, string?>
            {
                ["grant_type"] = "refresh_token",
                ["refresh_token"] = refreshToken,
                ["client_id"] = clientId,
            },
            cancellationToken);

    /// <summary>Sends a token request as it is given; members without a value are left out.</summary>
    /// <exception cref="LoginFailedException">The provider refused; the text has its <c>error</c> and <c>error_description</c>.</exception>
    public async Task<TokenSet> RedeemAsync(IReadOnlyDictionary<string, string?> parameters, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, TokenEndpoint)
        {
            Content = new FormUrlEncodedContent(parameters.Where(parameter => parameter.Value is not null)!),
        };
        using var response = await _http.SendAsync(request, cancellationToken);
        var text = await HeadlessBrowser.ReadAsync(response, cancellationToken);
        if (response.Content.Headers.ContentType?.MediaType != "application/json")
        {
            throw new LoginFailedException($"{TokenEndpoint} answered {(int)response.StatusCode} without JSON.");
        }

        using var body = JsonDocument.Parse(text);
        var root = body.RootElement;
        return response.StatusCode == HttpStatusCode.OK
            ? new TokenSet(
                Text(root, "access_token") ?? throw new LoginFailedException($"{TokenEndpoint} answered without an access token."),
                Text(root, "id_token"),
                Text(root, "refresh_token"),
                TimeSpan.FromSeconds(root.GetProperty("expires_in").GetInt32()))
            : throw new LoginFailedException(
                $"{TokenEndpoint} refused with {(int)response.StatusCode}: {Text(root, "error")} {Text(root, "error_description")}");
    }

    /// <summary>
    /// Signs a user in at the console: its <c>/login</c>, the provider's form, and back through <c>/signin-oidc</c> until the console
    /// shows a page of its own.
    /// </summary>
    /// <exception cref="LoginFailedException">The provider or the console refused.</exception>
    public async Task<ConsoleSession> LoginToConsoleAsync(
        Uri consoleOrigin, string userName, string password, CancellationToken cancellationToken = default)
    {
        var browser = new HeadlessBrowser(_http, _time);
        var callback = await browser.SignInAsync(
            new Uri(consoleOrigin, "/login"),
            userName,
            password,
            address => IsAt(address, new Uri(consoleOrigin, "/signin-oidc")),
            cancellationToken);

        using var response = await browser.SendAsync(callback, form: null, cancellationToken);
        if (response.StatusCode is not (HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.OK))
        {
            var page = await HeadlessBrowser.ReadAsync(response, cancellationToken);
            throw new LoginFailedException(
                $"{HeadlessBrowser.Name(callback)} answered {(int)response.StatusCode}: {LoginForm.Message(page)}");
        }

        var cookies = browser.Cookies.HeaderFor(new Uri(consoleOrigin, "/"));
        return cookies.Length > 0
            ? new ConsoleSession(consoleOrigin, cookies)
            : throw new LoginFailedException($"{HeadlessBrowser.Name(callback)} set no session cookie.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _connections.Dispose();
    }

    private Uri Endpoint(string name) => new($"{_issuer.OriginalString}/protocol/openid-connect/{name}");

    private static bool IsAt(Uri address, Uri awaited) =>
        string.Equals(
            address.GetLeftPart(UriPartial.Path), awaited.GetLeftPart(UriPartial.Path), StringComparison.Ordinal);

    private static string? Text(JsonElement answer, string member) =>
        answer.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Base64(byte[] bytes) => WebEncoders.Base64UrlEncode(bytes);
}
