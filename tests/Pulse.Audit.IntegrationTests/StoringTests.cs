using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Pulse.TestKit;

namespace Pulse.Audit.IntegrationTests;

[Collection(PostgresTests.Name)]
public sealed class StoringTests(PostgresFixture postgres) : IAsyncLifetime
{
    private AuditDatabase _database = null!;

    public async Task InitializeAsync()
    {
        var name = await postgres.CreateDatabaseAsync();
        _database = new AuditDatabase((user, password) => postgres.ConnectionString(user, password, name), postgres.SuperuserConnectionString(name));
        await _database.InitializeAsync();
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Events_of_every_class_are_stored_and_chained()
    {
        using var host = await _database.StartHostAsync();
        var writer = host.Services.GetRequiredService<IAuditWriter>();

        for (var number = 0; number < 40; number++)
        {
            Assert.True(writer.TryWrite(Event(AuditClass.Access, "api.request", number)));
            await writer.WriteAsync(Event(AuditClass.Security, "auth.token.refused", number));
        }

        var receipt = await writer.WriteAsync(Event(AuditClass.Critical, "operator.access", 1));
        Assert.Equal(AuditDurability.Committed, receipt.Reached);
        Assert.Equal(1, await _database.CountAsync($"SELECT count(*) FROM pulse_audit.event WHERE event_id = '{receipt.EventId}'"));
        await host.StopAsync();

        Assert.Equal(81, await _database.CountAsync("SELECT count(*) FROM pulse_audit.event"));
        Assert.Equal(0, await _database.CountAsync(ChainQueries.BrokenLinks));
        Assert.Equal(0, await _database.CountAsync(ChainQueries.ForgedColumns));
        Assert.Equal([new ChainVerdict(ChainState.Intact, 81)], await ChainQueries.VerifyAsync(_database.Superuser));
        AssertOracle(host, stored: 81, quarantined: 0);
    }

    [Fact]
    public async Task Hostile_text_is_stored_as_valid_jsonb_and_agrees_with_its_columns()
    {
        using var host = await _database.StartHostAsync();
        var writer = host.Services.GetRequiredService<IAuditWriter>();

        await writer.WriteAsync(new AuditEvent
        {
            Type = "test.hostile",
            Class = AuditClass.Critical,
            Outcome = AuditOutcome.Denied,
            TenantId = "Not A Tenant",
            Actor = "nul \0, lone \uD800, bidi \u202E, back\\slash, \"quote\", \\u0041",
            OnBehalfOf = new string('é', 5000),
            Reason = "line\r\nbreak\u2028",
            Peer = IPAddress.Parse("fe80::1%3"),
            Fields = [AuditField.Personal("name", "\u001b[31mred"), AuditField.Public("count", long.MaxValue), AuditField.Public("flag", true)],
        });
        await writer.WriteAsync(new AuditEvent { Type = "test.mapped", Class = AuditClass.Critical, Peer = IPAddress.Parse("::ffff:192.0.2.7") });
        await host.StopAsync();

        Assert.Equal(2, await _database.CountAsync("SELECT count(*) FROM pulse_audit.event WHERE NOT visible_to_tenant"));
        Assert.Equal(1, await _database.CountAsync("SELECT count(*) FROM pulse_audit.event WHERE peer = '192.0.2.7'"));
        Assert.Equal(0, await _database.CountAsync(ChainQueries.ForgedColumns));
        Assert.Equal(0, await _database.CountAsync(ChainQueries.BrokenLinks));
    }

    [Fact]
    public async Task An_event_of_ten_megabytes_is_cut_and_stored_and_says_what_it_was()
    {
        using var host = await _database.StartHostAsync();
        var huge = new string('x', 10 << 20);
        await host.Services.GetRequiredService<IAuditWriter>().WriteAsync(new AuditEvent
        {
            Type = "test.huge",
            Class = AuditClass.Critical,
            Reason = huge,
            Fields = [.. Enumerable.Range(0, 3).Select(number => AuditField.Personal($"field{number}", huge))],
        });
        await host.StopAsync();

        Assert.Equal(1, await _database.CountAsync("SELECT count(*) FROM pulse_audit.event WHERE octet_length(record) <= 32768"));
        Assert.Equal(4, await _database.CountAsync("""
            SELECT count(*) FROM pulse_audit.event, jsonb_array_elements(convert_from(record, 'UTF8')::jsonb -> 'truncated') AS cut
            WHERE (cut ->> 'bytes')::int = 10485760 AND cut ->> 'sha256' = encode(sha256(convert_to(repeat('x', 10485760), 'UTF8')), 'hex')
            """));
        Assert.Equal(0, await _database.CountAsync(ChainQueries.BrokenLinks));
        Assert.Equal(0, await _database.CountAsync(ChainQueries.ForgedColumns));
    }

    [Fact]
    public async Task A_replayed_batch_inserts_nothing()
    {
        var store = new PostgresAuditStore(_database.Writer);
        var canonicalizer = new EventCanonicalizer(new PulseAuditOptions(), TimeProvider.System);
        var pending = Enumerable.Range(0, 20).Select(number => canonicalizer.Canonicalize(Event(AuditClass.Security, "test.replay", number))).ToList();
        var events = ChainHead.Start(Guid.CreateVersion7()).Extend(pending, 0);

        Assert.Equal(StoreResult.Committed, await store.AppendAsync(events, synchronous: false, CancellationToken.None));
        Assert.Equal(StoreResult.AlreadyCommitted, await store.AppendAsync(events, synchronous: true, CancellationToken.None));
        Assert.Equal(StoreResult.HeadMoved, await store.AppendAsync(events.AsMemory(0, 10), synchronous: false, CancellationToken.None));
        Assert.Equal(20, await _database.CountAsync("SELECT count(*) FROM pulse_audit.event"));
        Assert.Equal(0, await _database.CountAsync(ChainQueries.BrokenLinks));
    }

    [Fact]
    public async Task An_event_that_is_stored_already_in_another_stream_is_told_apart()
    {
        var store = new PostgresAuditStore(_database.Writer);
        var canonicalizer = new EventCanonicalizer(new PulseAuditOptions(), TimeProvider.System);
        var pending = new[] { canonicalizer.Canonicalize(Event(AuditClass.Security, "test.twice", 1)) };

        await store.AppendAsync(ChainHead.Start(Guid.CreateVersion7()).Extend(pending, 0), synchronous: false, CancellationToken.None);
        var copy = ChainHead.Start(Guid.CreateVersion7()).Extend(pending, 0);

        Assert.Equal(StoreResult.Duplicate, await store.AppendAsync(copy, synchronous: false, CancellationToken.None));
        Assert.Equal(1, await _database.CountAsync("SELECT count(*) FROM pulse_audit.event"));
        Assert.Equal(StoreResult.Committed, await store.QuarantineAsync(copy[0], "23505", CancellationToken.None));
        Assert.Equal(StoreResult.AlreadyCommitted, await store.QuarantineAsync(copy[0], "23505", CancellationToken.None));
        Assert.Equal(0, await _database.CountAsync(ChainQueries.BrokenLinks));
    }

    [Fact]
    public async Task A_refused_row_is_quarantined_and_the_rest_is_stored()
    {
        await AuditDatabase.ExecuteAsync(_database.Superuser, "ALTER TABLE pulse_audit.event ADD CONSTRAINT no_poison CHECK (type <> 'test.poison')");
        using var host = await _database.StartHostAsync(options => options.Linger = TimeSpan.FromMilliseconds(200));
        var writer = host.Services.GetRequiredService<IAuditWriter>();

        for (var number = 0; number < 30; number++)
        {
            await writer.WriteAsync(Event(AuditClass.Security, number is 7 or 22 ? "test.poison" : "test.wholesome", number));
        }

        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await writer.WriteAsync(Event(AuditClass.Critical, "test.poison", 30)));
        await host.StopAsync();

        Assert.Equal(28, await _database.CountAsync("SELECT count(*) FROM pulse_audit.event"));
        Assert.Equal(3, await _database.CountAsync("SELECT count(*) FROM pulse_audit.quarantine WHERE sqlstate = '23514'"));
        Assert.Equal(0, await _database.CountAsync(ChainQueries.BrokenLinks));
        Assert.Equal([new ChainVerdict(ChainState.Intact, 31)], await ChainQueries.VerifyAsync(_database.Superuser));
        AssertOracle(host, stored: 28, quarantined: 3);
    }

    [Fact]
    public async Task Critical_events_written_together_share_commits()
    {
        using var host = await _database.StartHostAsync();
        var writer = host.Services.GetRequiredService<IAuditWriter>();

        var receipts = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(number => Task.Run(async () => await writer.WriteAsync(Event(AuditClass.Critical, "test.group", number)))));
        await host.StopAsync();

        Assert.All(receipts, receipt => Assert.Equal(AuditDurability.Committed, receipt.Reached));
        Assert.Equal(200, await _database.CountAsync("SELECT count(*) FROM pulse_audit.event"));
        Assert.InRange(await _database.CountAsync("SELECT count(DISTINCT xid::text) FROM pulse_audit.event"), 1, 100);
    }

    [Fact]
    public async Task Only_a_batch_with_Critical_overrides_a_server_that_does_not_wait_for_the_disk()
    {
        await AuditDatabase.ExecuteAsync(_database.Superuser, "ALTER TABLE pulse_audit.event ADD COLUMN seen text DEFAULT current_setting('synchronous_commit')");
        using var host = await _database.StartHostAsync();
        var writer = host.Services.GetRequiredService<IAuditWriter>();

        await writer.WriteAsync(Event(AuditClass.Critical, "test.critical", 1));
        await writer.WriteAsync(Event(AuditClass.Security, "test.security", 2));
        await host.StopAsync();

        Assert.Equal(1, await _database.CountAsync("SELECT count(*) FROM pulse_audit.event WHERE type = 'test.critical' AND seen = 'on'"));
        Assert.Equal(1, await _database.CountAsync("SELECT count(*) FROM pulse_audit.event WHERE type = 'test.security' AND seen = 'off'"));
    }

    [Fact]
    public async Task A_stream_whose_head_was_moved_goes_on_as_a_new_stream()
    {
        using var host = await _database.StartHostAsync();
        var writer = host.Services.GetRequiredService<IAuditWriter>();
        await writer.WriteAsync(Event(AuditClass.Critical, "test.before", 1));
        await AuditDatabase.ExecuteAsync(_database.Superuser, """
            ALTER TABLE pulse_audit.stream_head DISABLE TRIGGER USER;
            UPDATE pulse_audit.stream_head SET seq = 7;
            ALTER TABLE pulse_audit.stream_head ENABLE ALWAYS TRIGGER forward_only
            """);

        await writer.WriteAsync(Event(AuditClass.Critical, "test.after", 2));
        await host.StopAsync();

        Assert.Equal(2, await _database.CountAsync("SELECT count(DISTINCT stream) FROM pulse_audit.event"));
        Assert.Equal(1, await _database.CountAsync(ChainQueries.BrokenLinks));
        AssertOracle(host, stored: 2, quarantined: 0);
    }

    [Theory]
    [InlineData("UPDATE pulse_audit.event SET record = record || '\\x20'::bytea WHERE seq = 3", ChainState.Tampered, 3)]
    [InlineData("UPDATE pulse_audit.event SET hash = sha256(hash) WHERE seq = 5", ChainState.Tampered, 5)]
    [InlineData("DELETE FROM pulse_audit.event WHERE seq = 2", ChainState.Missing, 2)]
    [InlineData("DELETE FROM pulse_audit.event WHERE seq = 5", ChainState.Missing, 5)]
    public async Task A_superuser_who_changes_history_breaks_the_chain(string change, object state, long sequence)
    {
        using var host = await _database.StartHostAsync();
        var writer = host.Services.GetRequiredService<IAuditWriter>();
        for (var number = 1; number <= 5; number++)
        {
            await writer.WriteAsync(Event(AuditClass.Critical, "test.history", number));
        }

        await host.StopAsync();
        await AuditDatabase.ExecuteAsync(_database.Superuser, $"ALTER TABLE pulse_audit.event DISABLE TRIGGER USER; {change}");

        Assert.NotEqual(0, await _database.CountAsync(ChainQueries.BrokenLinks));
        Assert.Equal([new ChainVerdict((ChainState)state, sequence)], await ChainQueries.VerifyAsync(_database.Superuser));
    }

    [Fact]
    public async Task The_health_check_is_healthy_while_events_flow()
    {
        using var host = await _database.StartHostAsync();
        await host.Services.GetRequiredService<IAuditWriter>().WriteAsync(Event(AuditClass.Critical, "test.health", 1));

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.Equal(HealthStatus.Healthy, report.Entries["pulse_audit"].Status);
        await host.StopAsync();
    }

    private static AuditEvent Event(AuditClass auditClass, string type, long number) => new()
    {
        Type = type,
        Class = auditClass,
        Outcome = AuditOutcome.Success,
        TenantId = "acme",
        Actor = "user-1",
        Peer = IPAddress.Parse("2001:db8::1"),
        Fields = [AuditField.Public("number", number)],
    };

    private static void AssertOracle(IHost host, long stored, long quarantined)
    {
        var ledger = host.Services.GetRequiredService<AuditLedger>();
        Assert.Equal(stored, ledger.Stored);
        Assert.Equal(quarantined, ledger.Quarantined);
        Assert.Equal(ledger.Offered, ledger.Stored + ledger.Quarantined + ledger.Dropped + ledger.Lost + host.Services.GetRequiredService<AuditQueue>().Pending);
    }
}
