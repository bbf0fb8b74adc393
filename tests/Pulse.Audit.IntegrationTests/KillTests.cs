using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Audit.IntegrationTests;

/// <summary>SIGKILL at random moments, with the database there and away, always on the same folder.</summary>
[Collection(PostgresTests.Name)]
public sealed class KillTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly string _folder = Path.Combine("/tmp", "pulse-audit-kill-" + Guid.NewGuid().ToString("N"));
    private AuditDatabase _database = null!;

    public async Task InitializeAsync()
    {
        var name = await postgres.CreateDatabaseAsync();
        _database = new AuditDatabase((user, password) => postgres.ConnectionString(user, password, name), postgres.SuperuserConnectionString(name));
        await _database.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public Task No_event_that_was_called_durable_is_lost_or_doubled_by_twenty_kills() => KillAsync(rounds: 20, seed: 1);

    [Fact]
    [Trait("Category", "Soak")]
    public Task No_event_that_was_called_durable_is_lost_or_doubled_by_two_hundred_kills() => KillAsync(rounds: 200, seed: 2);

    private async Task KillAsync(int rounds, int seed)
    {
        var random = new Random(seed);
        var durable = new List<Guid>();
        var reached = new HashSet<string>(StringComparer.Ordinal);
        for (var round = 0; round < rounds; round++)
        {
            // Away: nobody listens there. The next round finds what this one left.
            var connection = round % 5 < 3 ? _database.WriterConnectionString : "Host=/nonexistent;Username=nobody;Timeout=1";
            foreach (var line in await RunAndKillAsync(connection, TimeSpan.FromMilliseconds(random.Next(1, 250))))
            {
                var parts = line.Split(' ');
                durable.Add(Guid.Parse(parts[0]));
                reached.Add(parts[1]);
            }
        }

        var ledger = await DrainAsync();

        // Both ways of being durable were seen, in every kind of round.
        Assert.Equal(["Committed", "Spilled"], reached.Order(StringComparer.Ordinal));
        Assert.True(durable.Count > rounds, $"{durable.Count} events were called durable.");
        await AssertStoredOnceAsync(durable);
        Assert.Equal(0, await _database.CountAsync("SELECT count(*) FROM (SELECT event_id FROM pulse_audit.event GROUP BY event_id HAVING count(*) > 1) twice"));
        Assert.Equal(0, await _database.CountAsync("SELECT count(*) FROM pulse_audit.quarantine"));
        Assert.Equal(0, await _database.CountAsync(ChainQueries.BrokenLinks));
        Assert.Equal(0, await _database.CountAsync(ChainQueries.ForgedColumns));
        Assert.All(await ChainQueries.VerifyAsync(_database.Superuser), verdict => Assert.Equal(ChainState.Intact, verdict.State));
        Assert.Equal((0, 0, 0), (ledger.Spilled, ledger.Damaged, ledger.Lost));
        Assert.Equal(ledger.Recovered, ledger.Stored);
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder), file => file.Contains(".spill", StringComparison.Ordinal));
    }

    private async Task<IReadOnlyList<string>> RunAndKillAsync(string connection, TimeSpan life)
    {
        using var child = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { typeof(Writer).Assembly.Location, _folder, connection },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var lines = new List<string>();
        var first = await child.StandardOutput.ReadLineAsync();
        Assert.True(first is not null, "The writing process ended without a word.");
        lines.Add(first);
        var rest = child.StandardOutput.ReadToEndAsync();
        await Task.Delay(life);
        child.Kill();
        await child.WaitForExitAsync();

        // A last line without its end was not said.
        var text = await rest;
        lines.AddRange(text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return lines;
    }

    /// <summary>A last process with a database that works stores what is left.</summary>
    private async Task<AuditLedger> DrainAsync()
    {
        using var host = await _database.StartHostAsync(options =>
        {
            Writer.Configure(options, _folder);
            options.DrainTimeout = TimeSpan.FromMinutes(5);
        });
        host.Services.GetRequiredService<IAuditWriter>();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await host.StopAsync(patience.Token);
        return host.Services.GetRequiredService<AuditLedger>();
    }

    private async Task AssertStoredOnceAsync(List<Guid> durable)
    {
        Assert.Equal(durable.Count, durable.Distinct().Count());
        await using var query = _database.Superuser.CreateCommand("SELECT count(*) FROM pulse_audit.event WHERE event_id = ANY($1)");
        query.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. durable] });
        Assert.Equal(durable.Count, (long)(await query.ExecuteScalarAsync())!);
    }
}
