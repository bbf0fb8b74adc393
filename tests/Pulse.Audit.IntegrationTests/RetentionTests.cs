using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Audit.IntegrationTests;

[Collection(PostgresTests.Name)]
public sealed class RetentionTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly DateOnly Month = new(2026, 1, 1);
    private static readonly DateTimeOffset InMonth = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    private SealedTrail _trail = null!;

    public async Task InitializeAsync()
    {
        _trail = await SealedTrail.CreateAsync(postgres);
        await AuditDatabase.ExecuteAsync(
            _trail.Database.Owner, "SELECT pulse_audit.add_partition('event_2026_01', 'FOR VALUES FROM (''2026-01-01 00:00+00'') TO (''2026-02-01 00:00+00'')')");
    }

    public async Task DisposeAsync() => await _trail.DisposeAsync();

    [Fact]
    public async Task A_month_goes_whole_and_the_rest_verifies_in_the_database_and_in_an_export()
    {
        await WriteOldAsync(5);
        await _trail.WriteAsync(3);
        Assert.Equal(AuditPruneResult.NotSealed, await PruneAsync());
        var kept = (await _trail.SealAsync()).Newest!.Note;

        Assert.Equal(AuditPruneResult.Pruned, await PruneAsync());

        // The event that says so is not sealed yet.
        await _trail.SealAsync();
        var found = await _trail.VerifyAsync(kept);
        Assert.Equal((AuditVerdict.Pruned, 4L, 9L), (found.Verdict, found.Events, found.TreeSize));
        Assert.Equal(5, Assert.Single(found.Findings).Count);
        using var export = new MemoryStream();
        await new AuditExporter(_trail.Database.Worker).WriteNdjsonAsync(export);
        export.Position = 0;
        Assert.Equal(AuditVerdict.Pruned, (await new AuditVerifier(_trail.PublicKey, [kept]).VerifyExportAsync(export)).Verdict);

        // The table itself stays, out of reach, until the owner drops it.
        Assert.Equal(5, await _trail.Database.CountAsync("SELECT count(*) FROM pulse_audit.event_2026_01"));
        Assert.Equal(1, await _trail.Database.CountAsync("SELECT count(*) FROM pulse_audit.event WHERE type = 'audit.pruned' AND actor = 'keeper'"));
        await Assert.ThrowsAsync<PostgresException>(() => AuditDatabase.ExecuteAsync(_trail.Database.Worker, "SELECT 1 FROM pulse_audit.event_2026_01"));
        await AuditDatabase.ExecuteAsync(_trail.Database.Owner, "DROP TABLE pulse_audit.event_2026_01");
        Assert.Equal(AuditPruneResult.NoSuchMonth, await PruneAsync());
        Assert.Equal(AuditVerdict.Pruned, (await _trail.VerifyAsync(kept)).Verdict);
    }

    [Fact]
    public async Task What_comes_late_for_a_month_that_went_is_kept_in_quarantine_and_does_not_come_back()
    {
        await WriteOldAsync(1);
        await _trail.SealAsync();
        await PruneAsync();

        await WriteOldAsync(2);

        Assert.Equal(0, await _trail.Database.CountAsync("SELECT count(*) FROM pulse_audit.event_default"));
        Assert.Equal(2, await _trail.Database.CountAsync("SELECT count(*) FROM pulse_audit.quarantine WHERE sqlstate = '23514'"));
        await _trail.SealAsync();
        var found = await _trail.VerifyAsync();
        Assert.Equal(AuditVerdict.Quarantined, found.Verdict);
        Assert.Contains(found.Findings, finding => finding is { Reason: AuditFindingReason.Pruned, Count: 1 });
    }

    [Fact]
    public async Task A_hold_keeps_every_month_it_touches_until_it_is_lifted()
    {
        await WriteOldAsync(1);
        await _trail.SealAsync();
        var retention = Retention();
        var before = await retention.PlaceHoldAsync(InMonth.AddMonths(-1), new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), "case 1", "counsel");
        var after = await retention.PlaceHoldAsync(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero), InMonth.AddMonths(3), "case 2", "counsel");
        var within = await retention.PlaceHoldAsync(InMonth, InMonth.AddSeconds(1), "case 3", "counsel");

        Assert.Equal(AuditPruneResult.OnHold, await PruneAsync());
        Assert.True(await retention.LiftHoldAsync(within, "counsel"));
        Assert.False(await retention.LiftHoldAsync(within, "counsel"));
        Assert.False(await retention.LiftHoldAsync(Guid.NewGuid(), "counsel"));
        Assert.Equal(AuditPruneResult.Pruned, await PruneAsync());

        Assert.NotEqual(before, after);
        Assert.Equal(3, await _trail.Database.CountAsync("SELECT count(*) FROM pulse_audit.event WHERE type = 'audit.hold.placed' AND reason LIKE 'case %'"));
        Assert.Equal(1, await _trail.Database.CountAsync("SELECT count(*) FROM pulse_audit.event WHERE type = 'audit.hold.lifted'"));
    }

    [Fact]
    public async Task The_worker_detaches_nothing_without_a_marker_nor_on_hold_nor_before_its_time()
    {
        foreach (var (month, state) in new[] { ("2026-01-01", "55000"), ("2026-03-01", "22023"), ("2999-01-01", "22023") })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(
                () => AuditDatabase.ExecuteAsync(_trail.Database.Worker, $"SELECT pulse_audit.detach_month('{month}')"));
            Assert.Equal(state, refused.SqlState);
        }

        Assert.Equal(AuditPruneResult.NoSuchMonth, await Retention().PruneAsync(DateOnly.FromDateTime(DateTime.UtcNow), "keeper"));
    }

    [Theory]
    [InlineData("record = record || ' '")]
    [InlineData("actor = 'nobody'")]
    public async Task What_does_not_hold_is_not_taken_out(string edit)
    {
        await WriteOldAsync(2);
        await _trail.SealAsync();
        await _trail.ForgeAsync($"UPDATE pulse_audit.event SET {edit} WHERE seq = 2");

        Assert.Equal(AuditPruneResult.Broken, await PruneAsync());
    }

    [Fact]
    public async Task An_event_stored_after_the_month_was_read_keeps_the_month()
    {
        await WriteOldAsync(2);
        await _trail.SealAsync();
        var signer = new ActingSigner(_trail.Signer, () => WriteOldAsync(1));

        Assert.Equal(AuditPruneResult.Busy, await Retention(signer).PruneAsync(Month, "keeper"));
        Assert.Equal(3, await _trail.Database.CountAsync("SELECT count(*) FROM pulse_audit.event"));
        Assert.Equal(0, await _trail.Database.CountAsync("SELECT count(*) FROM pulse_audit.pruned"));
        await _trail.SealAsync();
        Assert.Equal(AuditPruneResult.Pruned, await PruneAsync());
    }

    [Fact]
    public async Task A_hold_waits_until_the_month_that_is_being_taken_out_is_gone()
    {
        await WriteOldAsync(1);
        await _trail.SealAsync();
        Task? hold = null;
        var wasWaiting = false;
        var signer = new ActingSigner(_trail.Signer, async () =>
        {
            hold = AuditDatabase.ExecuteAsync(
                _trail.Database.Worker,
                "INSERT INTO pulse_audit.legal_hold (hold_id, from_at, until_at, reason, placed_by) VALUES (gen_random_uuid(), '2026-01-01', '2026-02-01', 'case', 'counsel')");
            wasWaiting = await Task.WhenAny(hold, Task.Delay(TimeSpan.FromSeconds(1))) != hold;
        });

        Assert.Equal(AuditPruneResult.Pruned, await Retention(signer).PruneAsync(Month, "keeper"));
        await hold!;

        Assert.True(wasWaiting);
    }

    private Task<AuditPruneResult> PruneAsync() => Retention().PruneAsync(Month.AddDays(14), "keeper");

    private AuditRetention Retention(IAuditSigner? signer = null) => new(
        _trail.Database.Worker, signer ?? _trail.Signer, new AuditSealingOptions { Origin = SealedTrail.Origin }, new OneEventWriter(_trail.Database), TimeProvider.System);

    private async Task WriteOldAsync(int events)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddPulseAudit(options => options.Linger = TimeSpan.Zero).UsePostgres(_ => _trail.Database.Writer);
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new OldClock()));
        using var host = builder.Build();
        await host.StartAsync();
        for (var number = 0; number < events; number++)
        {
            await host.Services.GetRequiredService<IAuditWriter>().WriteAsync(new AuditEvent { Type = "test.old", Class = AuditClass.Security, TenantId = "acme" });
        }

        await host.StopAsync();
    }

    /// <summary>It is January, and everything else is as it is.</summary>
    private sealed class OldClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => InMonth;
    }

    /// <summary>Something happens between the reading of the month and its end.</summary>
    private sealed class ActingSigner(IAuditSigner signer, Func<Task> act) : IAuditSigner
    {
        public ReadOnlyMemory<byte> PublicKey => signer.PublicKey;

        public async ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            await act();
            return await signer.SignAsync(data, cancellationToken);
        }
    }

    private sealed class OneEventWriter(AuditDatabase database) : IAuditWriter
    {
        public bool TryWrite(AuditEvent auditEvent) => throw new NotSupportedException();

        public async ValueTask<AuditReceipt> WriteAsync(AuditEvent auditEvent, CancellationToken cancellationToken = default)
        {
            using var host = await database.StartHostAsync();
            var receipt = await host.Services.GetRequiredService<IAuditWriter>().WriteAsync(auditEvent, cancellationToken);
            await host.StopAsync(cancellationToken);
            return receipt;
        }
    }
}
