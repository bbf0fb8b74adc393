using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>Registers the clients with the embedded provider, whose store is as young as its process.</summary>
internal static class ProviderClients
{
    public static async Task RegisterAsync(
        IServiceProvider services, EmbeddedProviderOptions options, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        await applications.CreateAsync(Web(options), cancellationToken);
        await applications.CreateAsync(Loopback(DevelopmentClients.CommandLine), cancellationToken);

        var shortLived = Loopback(DevelopmentClients.ShortLived);
        shortLived.Settings[Settings.TokenLifetimes.AccessToken] = TimeSpan.FromSeconds(1).ToString("c");
        await applications.CreateAsync(shortLived, cancellationToken);
    }

    private static OpenIddictApplicationDescriptor Web(EmbeddedProviderOptions options)
    {
        var client = Describe(DevelopmentClients.Web, ClientTypes.Confidential, ApplicationTypes.Web);
        client.ClientSecret = options.WebClientSecret;
        client.RedirectUris.Add(new Uri(options.ConsoleOrigin, "/signin-oidc"));
        client.PostLogoutRedirectUris.Add(new Uri(options.ConsoleOrigin, "/signout-callback-oidc"));
        client.Permissions.Add(Permissions.Endpoints.EndSession);
        return client;
    }

    /// <summary>A native application: its loopback redirect matches on any port.</summary>
    private static OpenIddictApplicationDescriptor Loopback(string clientId)
    {
        var client = Describe(clientId, ClientTypes.Public, ApplicationTypes.Native);
        client.RedirectUris.Add(new Uri(DevelopmentClients.LoopbackRedirect));
        return client;
    }

    private static OpenIddictApplicationDescriptor Describe(string clientId, string clientType, string applicationType) => new()
    {
        ClientId = clientId,
        ClientType = clientType,
        ApplicationType = applicationType,
        ConsentType = ConsentTypes.Implicit,
        Permissions =
        {
            Permissions.Endpoints.Authorization,
            Permissions.Endpoints.Token,
            Permissions.Endpoints.Revocation,
            Permissions.GrantTypes.AuthorizationCode,
            Permissions.GrantTypes.RefreshToken,
            Permissions.ResponseTypes.Code,
            Permissions.Scopes.Profile,
        },
        Requirements = { Requirements.Features.ProofKeyForCodeExchange },
    };
}
