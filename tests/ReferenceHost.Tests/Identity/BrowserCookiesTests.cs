using Pulse.ReferenceHost.Development.Identity;

namespace Pulse.ReferenceHost.Tests.Identity;

/// <summary>The cookies of the headless browser.</summary>
public sealed class BrowserCookiesTests
{
    private readonly BrowserCookies _cookies = new(TimeProvider.System);

    [Fact]
    public void A_secure_cookie_is_kept_on_loopback_over_plain_http_and_nowhere_else()
    {
        Set("http://127.0.0.1:1/realms/pulse/auth", "AUTH=1; Path=/realms/pulse/; Secure; SameSite=None");
        Set("http://example.com/realms/pulse/auth", "AUTH=2; Path=/realms/pulse/; Secure; SameSite=None");

        Assert.Equal("AUTH=1", _cookies.HeaderFor(new Uri("http://127.0.0.1:1/realms/pulse/token")));
        Assert.Empty(_cookies.HeaderFor(new Uri("http://example.com/realms/pulse/token")));
    }

    [Theory]
    [InlineData("/a", true)]
    [InlineData("/a/b", true)]
    [InlineData("/ab", false)]
    [InlineData("/", false)]
    public void A_cookie_is_sent_to_its_path_and_below(string path, bool sent)
    {
        Set("http://127.0.0.1:1/", "c=1; Path=/a");

        Assert.Equal(sent, _cookies.HeaderFor(new Uri("http://127.0.0.1:1" + path)).Length > 0);
    }

    [Theory]
    [InlineData("c=; Path=/; Max-Age=0")]
    [InlineData("c=; Path=/; Expires=Thu, 01 Jan 1970 00:00:10 GMT")]
    public void An_expired_cookie_is_forgotten(string expired)
    {
        Set("http://127.0.0.1:1/", "c=1; Path=/");

        Set("http://127.0.0.1:2/", expired);

        Assert.Empty(_cookies.HeaderFor(new Uri("http://127.0.0.1:1/")));
    }

    private void Set(string from, string cookie)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("Set-Cookie", cookie);
        _cookies.Store(new Uri(from), response);
    }
}
