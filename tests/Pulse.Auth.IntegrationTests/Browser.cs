using System.Net;

namespace Pulse.Auth.IntegrationTests;

/// <summary>Keeps cookies and follows redirects one at a time, as far as these tests need a browser.</summary>
internal sealed class Browser : IDisposable
{
    private const string SessionCookie = "pulse-session";
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _http;
    private readonly Uri _origin;

    public Browser(TestApp app)
    {
        _origin = new Uri(app.Origin);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies }) { BaseAddress = _origin };
    }

    public string? SessionId
    {
        get => _cookies.GetCookies(_origin)[SessionCookie]?.Value;
        set => _cookies.Add(_origin, new Cookie(SessionCookie, value));
    }

    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute));

    public Task<HttpResponseMessage> FollowAsync(HttpResponseMessage response) => _http.GetAsync(response.Headers.Location);

    /// <summary>Goes to the provider and comes back with the address of the callback.</summary>
    public async Task<string> AuthorizeAsync(string returnUrl)
    {
        using var login = await GetAsync("/login?returnUrl=" + Uri.EscapeDataString(returnUrl));
        using var answer = await FollowAsync(login);
        return answer.Headers.Location!.AbsoluteUri;
    }

    public async Task<HttpResponseMessage> LoginAsync(string returnUrl) => await GetAsync(await AuthorizeAsync(returnUrl));

    public async Task<HttpResponseMessage> LogoutAsync((string Name, string Value) header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/logout");
        request.Headers.Add(header.Name, header.Value);
        return await _http.SendAsync(request);
    }

    public void Dispose() => _http.Dispose();
}
