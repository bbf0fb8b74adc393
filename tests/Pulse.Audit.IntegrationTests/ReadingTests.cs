using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Audit.IntegrationTests;

[Collection(PostgresTests.Name)]
public sealed class ReadingTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly string[] Types = ["test.a", "test.b", "test.c", "test.d", "test.e", "test.f", "test.g"];

    private readonly AuditReader _reader = new();
    private AuditDatabase _database = null!;

    public async Task InitializeAsync()
    {
        var name = await postgres.CreateDatabaseAsync();
        _database = new AuditDatabase((user, password) => postgres.ConnectionString(user, password, name), postgres.SuperuserConnectionString(name));
        await _database.InitializeAsync();
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Pages_follow_each_other_from_the_newest_without_a_gap_or_a_repeat()
    {
        await WriteAsync(Types);
        await using var connection = await _database.Worker.OpenConnectionAsync();
        List<string> seen = [];
        string? after = null;
        do
        {
            var page = await _reader.QueryAsync(connection, new AuditQuery { PageSize = 3, After = after });
            seen.AddRange(page.Entries.Select(entry => entry.Type));
            after = page.Next;

            // What is written meanwhile is newer than the page and shifts nothing.
            await WriteAsync(["test.later"]);
        }
        while (after is not null);

        Assert.Equal(Types.Reverse(), seen);
    }

    [Fact]
    public async Task A_page_that_is_exactly_full_has_no_next_one()
    {
        await WriteAsync(Types);
        await using var connection = await _database.Worker.OpenConnectionAsync();

        var page = await _reader.QueryAsync(connection, new AuditQuery { PageSize = 7 });

        Assert.Equal(7, page.Entries.Count);
        Assert.Null(page.Next);
    }

    [Fact]
    public async Task Every_condition_narrows_and_an_entry_says_what_was_written()
    {
        using var host = await _database.StartHostAsync();
        var writer = host.Services.GetRequiredService<IAuditWriter>();
        var receipt = await writer.WriteAsync(new AuditEvent
        {
            Type = "auth.login",
            Class = AuditClass.Critical,
            Outcome = AuditOutcome.Denied,
            TenantId = "acme",
            Actor = "alice",
            OnBehalfOf = "bob",
            Reason = "expired",
            Peer = System.Net.IPAddress.Parse("192.0.2.7"),
            TraceId = "0af7651916cd43dd8448eb211c80319c",
        });
        await writer.WriteAsync(new AuditEvent { Type = "auth.logout", Class = AuditClass.Critical });
        await host.StopAsync();
        await using var connection = await _database.Worker.OpenConnectionAsync();
        AuditQuery[] fitting =
        [
            new() { Type = "auth.login" }, new() { TenantId = "acme" }, new() { Actor = "alice" }, new() { Outcome = AuditOutcome.Denied },
            new() { TraceId = "0af7651916cd43dd8448eb211c80319c" }, new() { Until = receipt.OccurredAt.AddTicks(10) },
            new() { From = receipt.OccurredAt, Until = receipt.OccurredAt.AddTicks(10) },
        ];
        foreach (var query in fitting)
        {
            var entry = Assert.Single((await _reader.QueryAsync(connection, query)).Entries);

            Assert.Equal((receipt.EventId, receipt.OccurredAt), (entry.EventId, entry.OccurredAt));
            Assert.Equal(("acme", "alice", "bob", "expired", "192.0.2.7"), (entry.TenantId, entry.Actor, entry.OnBehalfOf, entry.Reason, entry.Peer));
            Assert.Equal((AuditClass.Critical, AuditOutcome.Denied, 1L, 32), (entry.Class, entry.Outcome, entry.Sequence, entry.Hash.Length));
            Assert.Equal("0af7651916cd43dd8448eb211c80319c", entry.TraceId);
            Assert.Contains("\"actor\":\"alice\"", System.Text.Encoding.UTF8.GetString(entry.Record.Span), StringComparison.Ordinal);
        }

        Assert.Empty((await _reader.QueryAsync(connection, new AuditQuery { Until = receipt.OccurredAt })).Entries);
        Assert.Empty((await _reader.QueryAsync(connection, new AuditQuery { Actor = "' OR true --" })).Entries);
    }

    [Fact]
    public async Task The_tail_misses_no_event_whose_transaction_began_earlier_and_ended_later()
    {
        await using var connection = await _database.Worker.OpenConnectionAsync();
        await using var slow = await _database.Writer.OpenConnectionAsync();
        await using var transaction = await slow.BeginTransactionAsync();
        await InsertAsync(slow, "test.slow");
        await WriteAsync(["test.fast"]);

        // The fast one has committed, and nobody may see it yet: the slow one will come before it.
        Assert.Null((await _reader.ReadTailAsync(connection, after: null)).Next);

        await transaction.CommitAsync();
        var first = await _reader.ReadTailAsync(connection, after: null, limit: 1);
        var second = await _reader.ReadTailAsync(connection, first.Next, limit: 1);
        var third = await _reader.ReadTailAsync(connection, second.Next, limit: 1);
        await WriteAsync(["test.last"]);
        var fourth = await _reader.ReadTailAsync(connection, third.Next);

        Assert.Equal("test.slow", Assert.Single(first.Entries).Type);
        Assert.Equal("test.fast", Assert.Single(second.Entries).Type);
        Assert.Empty(third.Entries);
        Assert.Equal(second.Next, third.Next);
        Assert.Equal("test.last", Assert.Single(fourth.Entries).Type);
    }

    [Fact]
    public async Task Who_follows_the_tail_while_many_write_sees_every_event_once()
    {
        using var writers = new CancellationTokenSource();
        var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var number = 0; number < 25; number++)
            {
                await using var connection = await _database.Writer.OpenConnectionAsync();
                await using var transaction = await connection.BeginTransactionAsync();
                await InsertAsync(connection, "test.tail");
                await Task.Delay(number % 4);
                await transaction.CommitAsync();
            }
        }));
        await using var reading = await _database.Worker.OpenConnectionAsync();
        List<Guid> seen = [];
        string? after = null;
        for (var quiet = false; !quiet;)
        {
            var ended = writing.IsCompleted;
            var page = await _reader.ReadTailAsync(reading, after, limit: 7);
            seen.AddRange(page.Entries.Select(entry => entry.EventId));
            after = page.Next;
            quiet = ended && seen.Count >= 100 && page.Entries.Count == 0;
        }

        await writing;
        Assert.Equal(100, seen.Count);
        Assert.Equal(100, seen.Distinct().Count());
    }

    [Fact]
    public async Task A_tenant_reads_pages_and_tail_of_its_own_visible_events_only()
    {
        using var host = await _database.StartHostAsync();
        var writer = host.Services.GetRequiredService<IAuditWriter>();
        await writer.WriteAsync(new AuditEvent { Type = "test.own", Class = AuditClass.Critical, TenantId = "acme" });
        await writer.WriteAsync(new AuditEvent { Type = "test.hidden", Class = AuditClass.Critical, TenantId = "acme", VisibleToTenant = false });
        await writer.WriteAsync(new AuditEvent { Type = "test.other", Class = AuditClass.Critical, TenantId = "globex" });
        await writer.WriteAsync(new AuditEvent { Type = "test.platform", Class = AuditClass.Critical });
        await host.StopAsync();
        await using var connection = await _database.App.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var enter = new NpgsqlCommand("SET LOCAL app.tenant_id = 'acme'", connection))
        {
            await enter.ExecuteNonQueryAsync();
        }

        Assert.Equal("test.own", Assert.Single((await _reader.QueryAsync(connection, new AuditQuery())).Entries).Type);
        Assert.Equal("test.own", Assert.Single((await _reader.ReadTailAsync(connection, after: null)).Entries).Type);
        Assert.Empty((await _reader.QueryAsync(connection, new AuditQuery { TenantId = "globex" })).Entries);
    }

    private async Task WriteAsync(IEnumerable<string> types)
    {
        using var host = await _database.StartHostAsync();
        var writer = host.Services.GetRequiredService<IAuditWriter>();
        foreach (var type in types)
        {
            await writer.WriteAsync(new AuditEvent { Type = type, Class = AuditClass.Critical });
        }

        await host.StopAsync();
    }

    private static async Task InsertAsync(NpgsqlConnection connection, string type)
    {
        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO pulse_audit.event (occurred_at, event_id, stream, seq, class, type, outcome, visible_to_tenant, record, prev_hash, hash)
            VALUES (now(), gen_random_uuid(), gen_random_uuid(), 1, 0, @type, 0, true, '', sha256(''), sha256(''))
            """,
            connection);
        insert.Parameters.AddWithValue("type", type);
        await insert.ExecuteNonQueryAsync();
    }
}
