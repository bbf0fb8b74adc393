using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>The services of the embedded provider's own application.</summary>
internal static class ProviderServices
{
    private const string CookiePrefix = "pulse-idp-";

    public static IServiceCollection AddEmbeddedProvider(this IServiceCollection services, EmbeddedProviderOptions options, Uri issuer)
    {
        services.AddSingleton(options);
        services.AddSingleton(options.Time);
        services.AddSingleton(new LoginPage(options.ConsoleOrigin));
        services.AddSingleton<LoginAttempts>();
        services.AddSingleton<ProviderSessions>();
        AddCookies(services, options);

        var root = new InMemoryDatabaseRoot();
        services.AddDbContext<DbContext>(context => context.UseInMemoryDatabase("provider", root).UseOpenIddict());
        services.AddOpenIddict()
            // The in-memory store has no bulk updates: with them, a replayed refresh token would leave its successors alive.
            .AddCore(core => core.UseEntityFrameworkCore().DisableBulkOperations().UseDbContext<DbContext>())
            .AddServer(server => ConfigureServer(server, options, issuer));
        return services;
    }

    private static void AddCookies(IServiceCollection services, EmbeddedProviderOptions options)
    {
        var keys = Directory.CreateDirectory(Path.Combine(options.KeyFolder, "cookie-keys"), EmbeddedProvider.OwnerOnly);
        services.AddDataProtection().SetApplicationName("pulse-embedded-provider").PersistKeysToFileSystem(keys);

        // Cookies of one host are shared by all its ports: the names must not meet the console's.
        services.AddAuthentication(ProviderSessions.Scheme).AddCookie(ProviderSessions.Scheme, cookie =>
        {
            cookie.Cookie.Name = CookiePrefix + "session";
            cookie.Cookie.Path = ProviderPaths.Realm;
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.ExpireTimeSpan = TimeSpan.FromHours(8);
            cookie.SlidingExpiration = false;
            cookie.TimeProvider = options.Time;
        });
        services.AddAntiforgery(form =>
        {
            form.Cookie.Name = CookiePrefix + "form";
            form.Cookie.Path = ProviderPaths.Realm;
            form.Cookie.SameSite = SameSiteMode.Strict;
        });
    }

    private static void ConfigureServer(OpenIddictServerBuilder server, EmbeddedProviderOptions options, Uri issuer)
    {
        server.SetIssuer(issuer)
            .SetConfigurationEndpointUris(Relative(ProviderPaths.Discovery))
            .SetJsonWebKeySetEndpointUris(Relative(ProviderPaths.Keys))
            .SetAuthorizationEndpointUris(Relative(ProviderPaths.Authorization))
            .SetTokenEndpointUris(Relative(ProviderPaths.Token))
            .SetEndSessionEndpointUris(Relative(ProviderPaths.EndSession))
            .SetUserInfoEndpointUris(Relative(ProviderPaths.UserInfo))
            .SetRevocationEndpointUris(Relative(ProviderPaths.Revocation));

        server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange().AllowRefreshTokenFlow();
        server.Configure(settings => settings.CodeChallengeMethods.Remove(CodeChallengeMethods.Plain));
        server.RegisterScopes(Scopes.Profile, Scopes.OfflineAccess);
        server.SetAccessTokenLifetime(TimeSpan.FromMinutes(5))
            .SetAuthorizationCodeLifetime(TimeSpan.FromMinutes(1))
            .SetRefreshTokenLifetime(TimeSpan.FromHours(8))
            .SetRefreshTokenReuseLeeway(TimeSpan.Zero);

        // Codes and refresh tokens are encrypted with a key of this process: their rows in memory end with it as well.
        server.AddSigningKey(SigningKeyFile.LoadOrCreate(Path.Combine(options.KeyFolder, "signing-key.pem")))
            .AddEphemeralEncryptionKey()
            .DisableAccessTokenEncryption();
        server.UseAspNetCore()
            .EnableAuthorizationEndpointPassthrough()
            .EnableTokenEndpointPassthrough()
            .EnableEndSessionEndpointPassthrough()
            .DisableTransportSecurityRequirement();

        server.AddEventHandler<OpenIddictServerEvents.ProcessSignInContext>(handler => handler
            .UseInlineHandler(AlwaysRefreshable)
            .SetOrder(OpenIddictServerHandlers.EvaluateGeneratedTokens.Descriptor.Order + 1));
        server.AddEventHandler<OpenIddictServerEvents.ProcessSignInContext>(handler => handler
            .UseInlineHandler(MarkIdentityToken)
            .SetOrder(OpenIddictServerHandlers.PrepareIdentityTokenPrincipal.Descriptor.Order + 1));
        server.AddEventHandler<OpenIddictServerEvents.GenerateTokenContext>(handler => handler
            .UseInlineHandler(StoreNoIdentityToken)
            .SetOrder(OpenIddictServerHandlers.Protection.CreateTokenEntry.Descriptor.Order - 1));
    }

    /// <summary>As Keycloak, a refresh token with every code, whether or not <c>offline_access</c> was asked for.</summary>
    private static ValueTask AlwaysRefreshable(OpenIddictServerEvents.ProcessSignInContext context)
    {
        if (context.EndpointType is OpenIddictServerEndpointType.Token)
        {
            context.GenerateRefreshToken = context.IncludeRefreshToken = true;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>As in Keycloak, the payload's <c>typ</c> tells an ID token from an access token; one key signs both.</summary>
    private static ValueTask MarkIdentityToken(OpenIddictServerEvents.ProcessSignInContext context)
    {
        context.IdentityTokenPrincipal?.SetClaim("typ", "ID");
        return ValueTask.CompletedTask;
    }

    /// <summary>An ID token without a row still is a valid sign-out hint after a restart.</summary>
    private static ValueTask StoreNoIdentityToken(OpenIddictServerEvents.GenerateTokenContext context)
    {
        context.CreateTokenEntry &= context.TokenType != TokenTypeIdentifiers.IdentityToken;
        return ValueTask.CompletedTask;
    }

    private static string Relative(string path) => path[1..];
}
