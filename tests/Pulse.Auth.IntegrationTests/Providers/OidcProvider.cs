using System.Diagnostics;
using Pulse.TestKit;

namespace Pulse.Auth.IntegrationTests.Providers;

/// <summary>
/// npm oidc-provider as a process of its own. Its packages are installed from the lock file when they are missing; without
/// Node.js and npm the tests fail.
/// </summary>
public sealed class OidcProvider : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private Process? _process;

    /// <summary>The issuer, <c>http://127.0.0.1:{port}/realms/pulse</c>.</summary>
    public string Issuer { get; private set; } = "";

    public async Task InitializeAsync()
    {
        if (!Directory.Exists(Path.Combine(Folder(), "node_modules", "oidc-provider")))
        {
            using var install = Start("npm", "ci");
            install.StandardInput.Close();
            var said = await install.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(3));
            await install.WaitForExitAsync();
            Assert.True(install.ExitCode == 0, $"npm ci failed: {said}");
        }

        _process = Start("node", "--no-warnings", "provider.mjs");
        Issuer = await ReadLineAsync();
    }

    /// <summary>Prepublishes, activates or retires a key.</summary>
    /// <returns>The identifiers of the set, the signing key's first.</returns>
    public async Task<string[]> RotateAsync(string phase)
    {
        await _process!.StandardInput.WriteLineAsync(phase);
        return (await ReadLineAsync()).Split(' ');
    }

    /// <summary>Lets the provider make a logout token for a user and send it to an address.</summary>
    /// <returns><c>accepted</c>, or what the provider holds against the answer.</returns>
    public async Task<string> LogOutAsync(string user, Uri receiver)
    {
        await _process!.StandardInput.WriteLineAsync($"logout {user} {receiver}");
        return await ReadLineAsync();
    }

    public async Task DisposeAsync()
    {
        if (_process is null)
        {
            return;
        }

        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<string> ReadLineAsync() =>
        await _process!.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? throw new InvalidOperationException("The provider ended; see the test output.");

    private static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }

    private static string Folder() => RepositoryRoot.Combine("tests", "Pulse.Auth.IntegrationTests", "node");
}
