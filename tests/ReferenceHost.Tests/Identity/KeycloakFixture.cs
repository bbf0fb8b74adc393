using System.Diagnostics;
using Pulse.ReferenceHost.Development.Identity;

namespace Pulse.ReferenceHost.Tests.Identity;

/// <summary>One real Keycloak for all tests that want one, when the machine has the distribution.</summary>
[CollectionDefinition(Name)]
public sealed class KeycloakFixture : IAsyncLifetime, ICollectionFixture<KeycloakFixture>
{
    public const string Name = "Keycloak";
    public const string Password = "pulse-dev";
    public const string WebClientSecret = "a-secret-of-this-test-run";
    public const string AdminPassword = "an-administrator-of-this-test-run";
    internal static readonly Uri ConsoleOrigin = new($"http://127.0.0.1:{FreePort.Find()}");

    // Kept between runs: the first start builds the server.
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "keycloak-under-test");
    private readonly int _port = FreePort.Find();
    private KeycloakServer? _server;

    internal Uri Issuer => _server?.Issuer ?? throw new InvalidOperationException("Keycloak has not been started.");

    public async Task InitializeAsync()
    {
        if (KeycloakHome.Folder is not null)
        {
            await StartAsync();
        }
    }

    /// <summary>Starts the server again at the same address; its realms are as imported, with new keys.</summary>
    public async Task RestartAsync()
    {
        await _server!.DisposeAsync();
        await StartAsync();
    }

    /// <summary>Sends a signal, e.g. <c>STOP</c>, to the server itself, not to the script that watches it.</summary>
    public static async Task SignalAsync(string signal)
    {
        var argument = $"-Dkc.home.dir={Path.Combine(Folder, "home")}/";
        var servers = Process.GetProcessesByName("java").Where(process => CommandLine(process.Id).Contains(argument, StringComparison.Ordinal));
        using var kill = Process.Start("kill", ["-s", signal, $"{servers.Single().Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task StartAsync() => _server = await KeycloakServer.StartAsync(
        new KeycloakServerOptions
        {
            EnvironmentName = "Development",
            Distribution = KeycloakHome.Folder,
            Folder = Folder,
            Port = _port,
            ManagementPort = FreePort.Find(),
            ConsoleOrigin = ConsoleOrigin,
            WebClientSecret = WebClientSecret,
            Password = Password,
            AdminPassword = AdminPassword,
        },
        CancellationToken.None);

    private static string CommandLine(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cmdline");
        }
        catch (IOException)
        {
            // It ended since it was listed.
            return string.Empty;
        }
    }
}
