using Pulse.ReferenceHost.Development.Identity;

namespace Pulse.ReferenceHost.Tests.Identity;

/// <summary>One real Keycloak for a test class, when the machine has the distribution.</summary>
public sealed class KeycloakFixture : IAsyncLifetime
{
    public const string Password = "pulse-dev";
    public const string WebClientSecret = "a-secret-of-this-test-run";
    internal static readonly Uri ConsoleOrigin = new($"http://127.0.0.1:{FreePort.Find()}");
    private KeycloakServer? _server;

    internal Uri Issuer => _server?.Issuer ?? throw new InvalidOperationException("Keycloak has not been started.");

    public async Task InitializeAsync()
    {
        if (KeycloakHome.Folder is null)
        {
            return;
        }

        _server = await KeycloakServer.StartAsync(
            new KeycloakServerOptions
            {
                EnvironmentName = "Development",
                Distribution = KeycloakHome.Folder,
                // Kept between runs: the first start builds the server.
                Folder = Path.Combine(AppContext.BaseDirectory, "keycloak-under-test"),
                Port = FreePort.Find(),
                ManagementPort = FreePort.Find(),
                ConsoleOrigin = ConsoleOrigin,
                WebClientSecret = WebClientSecret,
                Password = Password,
            },
            CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
