using System.Diagnostics;
using Pulse.TestKit;

namespace Pulse.Auth.IntegrationTests.Aot;

/// <summary>A program of this package, compiled ahead of time. Without a C compiler and linker the tests fail.</summary>
public sealed class AotProbe : IAsyncLifetime
{
    // Half a minute when the machine has nothing else to do.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly string _folder = Directory.CreateTempSubdirectory("pulse-aot-").FullName;

    /// <summary>What the compilers said.</summary>
    public string Output { get; private set; } = "";

    public async Task InitializeAsync()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = RepositoryRoot.Combine(),
            RedirectStandardOutput = true,
            ArgumentList = { "publish", "tests/Pulse.Auth.AotProbe", "--configuration", "Release", "--output", _folder, "-nologo", "-tl:off", "-nodeReuse:false" },
        };
        using var publish = Process.Start(start)!;
        Output = await publish.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await publish.WaitForExitAsync();
        Assert.True(publish.ExitCode == 0, Output);
    }

    /// <summary>Validates tokens as of a moment, with the recorded key set.</summary>
    /// <returns>One line for each token.</returns>
    public async Task<string[]> ValidateAsync(string at, params string[] tokens)
    {
        var start = new ProcessStartInfo(Path.Combine(_folder, "Pulse.Auth.AotProbe"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList = { "https://id.example/realms/pulse", "pulse-api", Recorded("jwks.json"), at },
        };
        using var probe = Process.Start(start)!;
        await probe.StandardInput.WriteAsync(string.Join('\n', tokens));
        probe.StandardInput.Close();
        var said = await probe.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await probe.WaitForExitAsync();
        Assert.Equal(0, probe.ExitCode);
        return said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static string Recorded(string file) =>
        RepositoryRoot.Combine("tests", "Pulse.Auth.IntegrationTests", "Aot", "recorded", file);

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }
}
