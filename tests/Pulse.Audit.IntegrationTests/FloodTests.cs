using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pulse.TestKit;

namespace Pulse.Audit.IntegrationTests;

[Collection(PostgresTests.Name)]
public sealed class FloodTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Refused = "auth.token.refused";
    private const int Attempts = 1_000_000;

    private AuditDatabase _database = null!;

    public async Task InitializeAsync()
    {
        var name = await postgres.CreateDatabaseAsync();
        _database = new AuditDatabase((user, password) => postgres.ConnectionString(user, password, name), postgres.SuperuserConnectionString(name));
        await _database.InitializeAsync();
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task A_million_refusals_of_one_address_are_a_few_rows_that_count_every_one()
    {
        var ledger = await FloodAsync(_ => 0x0100_00C0);

        Assert.Equal(1, await _database.CountAsync("SELECT count(DISTINCT peer) FROM pulse_audit.event"));
        Assert.InRange(ledger.Stored, 100, 10_000);
    }

    [Fact]
    public async Task A_million_refusals_of_a_million_addresses_are_no_more_rows()
    {
        var ledger = await FloodAsync(number => number + 1);

        Assert.InRange(ledger.Stored, 1_000, 100_000);
        Assert.InRange(await _database.CountAsync("SELECT count(*) FROM pulse_audit.event WHERE type = 'audit.repeated' AND peer IS NULL"), 1, 100);
    }

    [Fact]
    public async Task Without_coalescing_a_flood_that_finds_no_room_is_counted_as_well()
    {
        using var host = await _database.StartHostAsync(options => options.MaxQueuedEvents = 1_000);
        var writer = host.Services.GetRequiredService<IAuditWriter>();
        for (var number = 0; number < 200_000; number++)
        {
            writer.TryWrite(Event(number));
        }

        await host.StopAsync();
        var ledger = host.Services.GetRequiredService<AuditLedger>();

        Assert.Equal((200_000, 0), (ledger.Offered, ledger.Lost));
        Assert.Equal(200_000, ledger.Stored + ledger.Dropped);
        Assert.True(ledger.Dropped > 0, "Nothing was dropped.");
        Assert.Equal(ledger.Stored, await _database.CountAsync($"SELECT count(*) FROM pulse_audit.event WHERE type = '{Refused}'"));
        Assert.Equal(ledger.Dropped, await CountedAsync("audit.gap"));
        Assert.Equal(0, await _database.CountAsync(ChainQueries.BrokenLinks));
    }

    private async Task<AuditLedger> FloodAsync(Func<int, long> address)
    {
        using var host = await _database.StartHostAsync(options =>
        {
            options.CoalesceTypes.Add(Refused);
            options.CoalesceWindow = TimeSpan.FromSeconds(1);
        });
        var writer = host.Services.GetRequiredService<IAuditWriter>();
        for (var number = 0; number < Attempts; number++)
        {
            await writer.WriteAsync(Event(address(number)));
        }

        await host.StopAsync();
        var ledger = host.Services.GetRequiredService<AuditLedger>();

        Assert.Equal((Attempts, 0, 0), (ledger.Offered, ledger.Dropped, ledger.Lost));
        Assert.Equal(Attempts, ledger.Stored + ledger.Coalesced);
        Assert.Equal(ledger.Stored, await _database.CountAsync($"SELECT count(*) FROM pulse_audit.event WHERE type = '{Refused}'"));
        Assert.Equal(ledger.Coalesced, await CountedAsync("audit.repeated"));
        Assert.Equal(0, await _database.CountAsync(ChainQueries.BrokenLinks));
        Assert.Equal(0, await _database.CountAsync(ChainQueries.ForgedColumns));
        return ledger;
    }

    private Task<long> CountedAsync(string type) => _database.CountAsync(
        $"SELECT coalesce(sum((convert_from(record, 'UTF8')::jsonb #>> '{{public,count}}')::bigint), 0)::bigint FROM pulse_audit.event WHERE type = '{type}'");

    private static AuditEvent Event(long address) => new()
    {
        Type = Refused,
        Class = AuditClass.Security,
        Outcome = AuditOutcome.Denied,
        Peer = new IPAddress(address),
    };
}
