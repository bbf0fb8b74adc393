using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Pulse.Auth.Tests;

public sealed class LoginPageTests
{
    [Theory]
    [InlineData(true, 503, "5", "The identity provider cannot be reached right now. Please try again in a moment.")]
    [InlineData(false, 403, "", "The identity provider's answer was not accepted. Nothing was changed; the reason is in the log of this server.")]
    public async Task A_login_that_failed_is_answered_with_a_page_that_runs_nothing(bool unavailable, int status, string retryAfter, string text)
    {
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;

        await LoginFailurePage.WriteAsync(context, unavailable);

        Assert.Equal((status, "text/html; charset=utf-8", retryAfter), (context.Response.StatusCode, context.Response.ContentType, context.Response.Headers.RetryAfter.ToString()));
        Assert.Equal("no-store", context.Response.Headers.CacheControl);
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", context.Response.Headers.ContentSecurityPolicy);
        Assert.Equal(
            $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Login failed</title><h1>Login failed</h1><p>{text}</p><p><a href=\"/login\">Try again</a></p></html>",
            Encoding.UTF8.GetString(body.ToArray()));
    }

    [Fact]
    public void A_discovery_document_decides_neither_the_issuer_nor_comes_without_keys()
    {
        var pinned = new PinnedConfiguration("https://id.example");
        using var key = System.Security.Cryptography.RSA.Create(2048);
        var good = new OpenIdConnectConfiguration { Issuer = "https://id.example", SigningKeys = { new RsaSecurityKey(key.ExportParameters(false)) } };
        Assert.True(pinned.Validate(good).Succeeded);

        good.Issuer = "https://id.example/";
        var other = pinned.Validate(good);
        Assert.Equal((false, "The discovery document names another issuer than the one configured."), (other.Succeeded, other.ErrorMessage));

        var keyless = pinned.Validate(new OpenIdConnectConfiguration { Issuer = "https://id.example" });
        Assert.Equal((false, "The key set holds no signing key."), (keyless.Succeeded, keyless.ErrorMessage));
    }
}
