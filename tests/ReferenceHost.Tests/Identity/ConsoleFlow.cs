using System.Net;
using Pulse.ReferenceHost.Development.Identity;

namespace Pulse.ReferenceHost.Tests.Identity;

/// <summary>What a browser sees of the console's sign-in and sign-out, the same at both providers.</summary>
internal static class ConsoleFlow
{
    public static async Task SignsInAsync(Uri origin, Uri issuer, string clientSecret)
    {
        await using var console = await TestConsole.StartAsync(origin, issuer, clientSecret);
        using var client = new CodeFlowClient(issuer);

        var session = await client.LoginToConsoleAsync(origin, "bob", EmbeddedProviderFixture.Password);

        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, origin);
        request.Headers.Add("Cookie", session.CookieHeader);
        using var response = await http.SendAsync(request);
        Assert.Equal("bob", await response.Content.ReadAsStringAsync());
        Assert.DoesNotContain(session.CookieHeader, session.ToString(), StringComparison.Ordinal);
    }

    public static async Task SignsOutAtTheProviderTooAsync(Uri origin, Uri issuer, string clientSecret)
    {
        await using var console = await TestConsole.StartAsync(origin, issuer, clientSecret);
        using var connections = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        using var http = new HttpMessageInvoker(connections);
        var browser = new HeadlessBrowser(http, TimeProvider.System);
        await SignInAsync(browser, origin, EmbeddedProviderFixture.Password);

        // Signed in at the provider, the browser is not asked again: the wrong password is never used.
        await SignInAsync(browser, origin, "not-asked-for");
        var end = await browser.SignInAsync(
            new Uri(origin, "/logout"), "bob", "not-asked-for", address => address.AbsolutePath == "/signout-callback-oidc", CancellationToken.None);
        var askedAgain = await Assert.ThrowsAsync<LoginFailedException>(() => SignInAsync(browser, origin, "not-the-password"));

        Assert.Equal(origin.Authority, end.Authority);
        Assert.Contains("Invalid username or password.", askedAgain.Message, StringComparison.Ordinal);
    }

    private static async Task SignInAsync(HeadlessBrowser browser, Uri origin, string password)
    {
        var callback = await browser.SignInAsync(
            new Uri(origin, "/login"), "bob", password, address => address.AbsolutePath == "/signin-oidc", CancellationToken.None);
        using var response = await browser.SendAsync(callback, form: null, CancellationToken.None);
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
    }
}
