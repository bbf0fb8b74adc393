using Pulse.ReferenceHost.Development.Identity;

namespace Pulse.ReferenceHost.Tests.Identity;

/// <summary>One embedded provider on a free port, with keys in a folder of its own.</summary>
public sealed class EmbeddedProviderFixture : IAsyncLifetime
{
    public const string Password = "pulse-dev";
    public const string WebClientSecret = "a-secret-of-this-test-run";
    internal static readonly Uri ConsoleOrigin = new($"http://127.0.0.1:{FreePort.Find()}");
    private EmbeddedProvider? _provider;

    internal string KeyFolder { get; } = Directory.CreateTempSubdirectory("pulse-provider-").FullName;

    internal Uri Issuer => _provider?.Issuer ?? throw new InvalidOperationException("The provider has not been started.");

    public async Task InitializeAsync() => _provider = await EmbeddedProvider.StartAsync(Options(KeyFolder), null, CancellationToken.None);

    public async Task DisposeAsync()
    {
        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }

        Directory.Delete(KeyFolder, recursive: true);
    }

    internal static EmbeddedProviderOptions Options(
        string keyFolder, string environment = "Development", System.Net.IPAddress? address = null, TimeProvider? time = null) => new()
        {
            EnvironmentName = environment,
            Port = FreePort.Find(),
            Address = address ?? System.Net.IPAddress.Loopback,
            ConsoleOrigin = ConsoleOrigin,
            WebClientSecret = WebClientSecret,
            Password = Password,
            KeyFolder = keyFolder,
            Time = time ?? TimeProvider.System,
        };
}
