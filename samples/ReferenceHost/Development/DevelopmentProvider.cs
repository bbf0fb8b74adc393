using Pulse.ReferenceHost.Development.Identity;

namespace Pulse.ReferenceHost.Development;

/// <summary>The OpenID provider of a development start: the embedded one, or a real Keycloak.</summary>
internal sealed class DevelopmentProvider : IAsyncDisposable
{
    private readonly IAsyncDisposable _provider;

    private DevelopmentProvider(IAsyncDisposable provider, Uri issuer)
    {
        _provider = provider;
        Issuer = issuer;
    }

    public Uri Issuer { get; }

    public static async Task<DevelopmentProvider> StartAsync(
        DevelopmentOptions options, DevelopmentFolder folder, DevelopmentSecrets secrets, Uri console, CancellationToken cancellationToken)
    {
        if (options.Provider == IdentityProviderKind.Keycloak)
        {
            var keycloak = await KeycloakServer.StartAsync(
                new KeycloakServerOptions
                {
                    EnvironmentName = Environments.Development,
                    Port = options.IdentityPort,
                    ManagementPort = DevelopmentOptions.FreePorts(1)[0],
                    ConsoleOrigin = console,
                    WebClientSecret = secrets.WebClient,
                    Password = DevelopmentSecrets.UserPassword,
                    Folder = Path.Combine(folder.Root, "keycloak"),
                },
                cancellationToken);
            return new DevelopmentProvider(keycloak, keycloak.Issuer);
        }

        var embedded = await EmbeddedProvider.StartAsync(
            new EmbeddedProviderOptions
            {
                EnvironmentName = Environments.Development,
                Port = options.IdentityPort,
                ConsoleOrigin = console,
                WebClientSecret = secrets.WebClient,
                Password = DevelopmentSecrets.UserPassword,
                KeyFolder = folder.Identity,
            },
            loggerFactory: null,
            cancellationToken);
        return new DevelopmentProvider(embedded, embedded.Issuer);
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();
}
