using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Pulse.ReferenceHost.Development.Identity;

namespace Pulse.ReferenceHost.Tests.Identity;

/// <summary>A relying party of the framework's own OpenID Connect handler, at the console's address: a second opinion on the provider.</summary>
internal static class TestConsole
{
    public static async Task<WebApplication> StartAsync(Uri origin, Uri issuer, string clientSecret)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(origin.AbsoluteUri);
        builder.Services.AddRouting();
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
            .AddCookie()
            .AddOpenIdConnect(options =>
            {
                options.Authority = issuer.OriginalString;
                options.RequireHttpsMetadata = false;
                options.ClientId = DevelopmentClients.Web;
                options.ClientSecret = clientSecret;
                options.ResponseType = OpenIdConnectResponseType.Code;
                options.ResponseMode = OpenIdConnectResponseMode.Query;
                options.MapInboundClaims = false;
                options.SaveTokens = true;
            });

        var console = builder.Build();
        console.UseAuthentication();
        console.MapGet("/", (HttpContext context) => context.User.FindFirst("preferred_username")?.Value ?? "nobody");
        console.MapGet("/login", (HttpContext context) => context.ChallengeAsync(OpenIdConnectDefaults.AuthenticationScheme));
        console.MapGet("/logout", async (HttpContext context) =>
        {
            // The provider's sign-out reads the ID token of the session, so the session ends after it.
            await context.SignOutAsync(OpenIdConnectDefaults.AuthenticationScheme);
            await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        });
        await console.StartAsync();
        return console;
    }
}
