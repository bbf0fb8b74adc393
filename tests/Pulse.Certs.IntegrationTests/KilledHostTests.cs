using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Pulse.TestKit;

namespace Pulse.Certs.IntegrationTests;

/// <summary>Hosts that work on the same devices at once, some of which are killed in the middle of it.</summary>
[Collection(PostgresTests.Name)]
public class KilledHostTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pulse-certs-").FullName;
    private readonly ConcurrentQueue<string> _said = new();
    private CertsDatabase _database = null!;

    public async Task InitializeAsync()
    {
        _database = await CertsDatabase.CreateAsync(postgres);
        await File.WriteAllTextAsync(PathOf("ca.pem"), CertsDatabase.CertificatePem);
        await File.WriteAllTextAsync(PathOf("ca.key"), CertsDatabase.EncryptedKeyPem);
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public Task Lose_no_log_row_and_no_revocation_when_they_are_killed() => KillAsync(rounds: 3, linesARound: 40);

    [Fact]
    [Trait("Category", "Soak")]
    public Task Lose_no_log_row_and_no_revocation_over_many_kills() => KillAsync(rounds: 30, linesARound: 200);

    private async Task KillAsync(int rounds, int linesARound)
    {
        using var survivor = Start(seed: 1000);
        for (var round = 0; round < rounds; round++)
        {
            using var victim = Start(seed: round);
            await UntilSaidAsync(linesARound * (round + 1));

            // SIGKILL: nothing is flushed, nothing is rolled back by the victim.
            victim.Kill();
            await victim.WaitForExitAsync();
        }

        survivor.Kill();
        await survivor.WaitForExitAsync();
        await CheckAsync();
    }

    private async Task CheckAsync()
    {
        var services = await _database.StartAsync();
        var store = services.GetRequiredService<ICertificateStore>();
        var view = services.GetRequiredService<IRevocationView>();
        Assert.Equal(IssuanceLogState.Intact, (await services.GetRequiredService<IIssuanceLog>().VerifyAsync()).State);
        Assert.Equal(await _database.CountAsync("issuance_log"), await _database.CountAsync("certificate"));

        var said = _said.Where(line => line != "ready").Select(line => line.Split(' ')).ToList();
        Assert.Contains(said, line => line[0] == "revoked");
        foreach (var serialNumber in said.Where(line => line[0] == "issued").Select(line => line[1]))
        {
            Assert.NotNull(await store.FindAsync(serialNumber, CancellationToken.None));
        }

        foreach (var serialNumber in said.Where(line => line[0] == "revoked").Select(line => line[1]))
        {
            Assert.True(view.IsRevoked(serialNumber), serialNumber);
            var state = (await store.FindAsync(serialNumber, CancellationToken.None))!.Revocation;
            Assert.True(state is { IsRevoked: true, IsHold: false }, $"{serialNumber} is {state}");
        }

        for (var device = 0; device < KilledHost.Devices; device++)
        {
            Assert.InRange((await services.GetRequiredService<IDeviceCertificateAuthority>().ListActiveAsync(KilledHost.Device(device))).Count, 0, 2);
        }
    }

    private Process Start(int seed)
    {
        var process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                typeof(KilledHost).Assembly.Location, _database.WorkerConnectionString, PathOf("ca.pem"), PathOf("ca.key"), CertsDatabase.AuthorityPassword,
                seed.ToString(CultureInfo.InvariantCulture),
            ])
        {
            RedirectStandardOutput = true,
        })!;
        process.OutputDataReceived += (_, line) =>
        {
            // A killed process may leave half a line.
            if (line.Data is { } text && (text == "ready" || text.Length == "revoked ".Length + 32 || text.Length == "issued ".Length + 32))
            {
                _said.Enqueue(text);
            }
        };
        process.BeginOutputReadLine();
        return process;
    }

    private async Task UntilSaidAsync(int lines)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (_said.Count < lines)
        {
            await Task.Delay(10, limit.Token);
        }
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
