using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Pulse.Audit;
using Pulse.ReferenceHost.Cli;
using Pulse.ReferenceHost.Data;
using Pulse.TestKit;

namespace Pulse.ReferenceHost.Tests.Cli;

/// <summary>The commands <c>audit …</c> over the host's own schema, as whoever is on duty types them.</summary>
public sealed class AuditCommandTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pulse-audit-");
    private string _database = null!;
    private string _signer = null!;
    private DateOnly? _month;

    private string Superuser => postgres.SuperuserConnectionString(_database) + ";Pooling=false";

    private string Key => Path.Combine(_folder.FullName, "key.pub");

    private string Kept => Path.Combine(_folder.FullName, "kept");

    public async Task InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        await ExecuteAsync(HostSchema.Bootstrap(_database) + "ALTER ROLE pulse_audit_login PASSWORD 'secret'; ALTER ROLE pulse_worker_login PASSWORD 'secret'");
        foreach (var migration in HostSchema.Migrations())
        {
            await ExecuteAsync("SET ROLE pulse_owner;\n" + migration);
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(Key, key.ExportSubjectPublicKeyInfoPem());
        _signer = key.ExportPkcs8PrivateKeyPem();
        await WriteAsync(_signer);
    }

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task An_intact_trail_is_OK_in_the_database_and_in_its_export()
    {
        const string Expected = "{\"verdict\":\"OK\",\"events\":3,\"treeSize\":3,\"checkpoints\":1,\"findings\":0}\n";

        Assert.Equal((0, Expected), await RunAsync("verify", "--connection", Worker, "--key", Key, "--checkpoint", Kept));
        Assert.Equal((0, Expected), await RunAsync("verify", "--export", await ExportAsync(), "--key", Key, "--checkpoint", Kept));
    }

    [Fact]
    public async Task A_changed_column_is_TAMPERED_and_ends_with_1()
    {
        await ForgeAsync("UPDATE pulse_audit.event SET actor = 'nobody' WHERE seq = 2");

        var (exitCode, output) = await RunAsync("verify", "--connection", Worker, "--key", Key);
        var (ofExport, _) = await RunAsync("verify", "--export", await ExportAsync(), "--key", Key);

        Assert.Equal((1, 1), (exitCode, ofExport));
        Assert.StartsWith("{\"verdict\":\"TAMPERED\",\"reason\":\"ColumnChanged\",\"stream\":\"", output, StringComparison.Ordinal);
        Assert.Contains("\"seq\":2,\"index\":1,\"count\":0}\n{\"verdict\":\"TAMPERED\",\"events\":3", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_event_is_MISSING_and_ends_with_3()
    {
        await ForgeAsync("DELETE FROM pulse_audit.event WHERE seq = 2");

        var (exitCode, output) = await RunAsync("verify", "--connection", Worker, "--key", Key);

        Assert.Equal(3, exitCode);
        Assert.Contains("\"verdict\":\"MISSING\",\"reason\":\"EventsMissing\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trail_deleted_with_all_evidence_is_MISSING_against_a_kept_checkpoint()
    {
        await ForgeAsync("TRUNCATE pulse_audit.event, pulse_audit.stream_head, pulse_audit.sealed_run, pulse_audit.checkpoint, pulse_audit.key_epoch");

        Assert.Equal(0, (await RunAsync("verify", "--connection", Worker, "--key", Key)).ExitCode);
        Assert.Equal(3, (await RunAsync("verify", "--connection", Worker, "--key", Key, "--checkpoint", Kept)).ExitCode);
    }

    [Fact]
    public async Task Events_behind_the_last_seal_are_UNSEALED_and_end_with_6_and_a_declared_gap_with_4()
    {
        await WriteAsync(signer: null);
        Assert.Equal(6, (await RunAsync("verify", "--connection", Worker, "--key", Key)).ExitCode);

        // A gap record as a caller would forge one: it declares a loss all the same.
        await WriteAsync(signer: null, new AuditEvent { Type = "audit.gap", Class = AuditClass.Critical, Fields = [AuditField.Public("count", 2)] });
        var (exitCode, output) = await RunAsync("verify", "--connection", Worker, "--key", Key);
        Assert.Equal(4, exitCode);
        Assert.Contains("\"verdict\":\"GAP\",\"reason\":\"DeclaredGap\"", output, StringComparison.Ordinal);
        Assert.Contains("\"count\":2}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_month_that_retention_took_out_is_PRUNED_and_ends_with_5()
    {
        _month = new DateOnly(2025, 1, 1);
        await ExecuteAsync("SET ROLE pulse_owner; SELECT pulse_audit.add_partition('event_2025_01', 'FOR VALUES FROM (''2025-01-01 00:00+00'') TO (''2025-02-01 00:00+00'')')");
        await WriteAsync(_signer);

        var (exitCode, output) = await RunAsync("verify", "--connection", Worker, "--key", Key);

        Assert.Equal(5, exitCode);
        Assert.Contains("{\"verdict\":\"PRUNED\",\"reason\":\"Pruned\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_moved_to_quarantine_is_QUARANTINED_and_ends_with_7()
    {
        await ForgeAsync("""
            INSERT INTO pulse_audit.quarantine (stream, seq, event_id, sqlstate, record, prev_hash, hash)
                SELECT stream, seq, event_id, '22000', record, prev_hash, hash FROM pulse_audit.event WHERE seq = 2;
            DELETE FROM pulse_audit.event WHERE seq = 2
            """);

        var (exitCode, output) = await RunAsync("verify", "--connection", Worker, "--key", Key);
        var (ofExport, _) = await RunAsync("verify", "--export", await ExportAsync(), "--key", Key);

        Assert.Equal((7, 7), (exitCode, ofExport));
        Assert.Contains("{\"verdict\":\"QUARANTINED\",\"reason\":\"Quarantined\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_that_no_event_can_have_is_TAMPERED_and_ends_with_1()
    {
        await ForgeAsync("UPDATE pulse_audit.event SET occurred_at = '200000-01-01 00:00+00' WHERE seq = 2");

        var (exitCode, output) = await RunAsync("verify", "--connection", Worker, "--key", Key);

        Assert.Equal(1, exitCode);
        Assert.Contains("\n{\"verdict\":\"TAMPERED\",\"events\":3", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_is_a_json_object_a_line_or_syslog_with_lengths()
    {
        var lines = (await File.ReadAllTextAsync(await ExportAsync())).TrimEnd('\n').Split('\n');
        var (exitCode, syslog) = await RunAsync("export", "--connection", Worker, "--format", "rfc5424");

        Assert.Equal(["epoch", "checkpoint", "run", "head", "event", "event", "event"], lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString()));
        Assert.Equal(0, exitCode);
        Assert.Matches("^[0-9]+ <110>1 [-0-9T:.]+Z [^ ]+ pulse-audit - test.event \\[pulse@32473 stream=", syslog);
    }

    [Fact]
    public async Task Show_prints_the_newest_records_that_fit()
    {
        var (exitCode, output) = await RunAsync("show", "--connection", Worker, "--type", "test.event", "--tenant", "acme", "--limit", "2");
        var (_, none) = await RunAsync("show", "--connection", Worker, "--actor", "somebody else");
        var (_, later) = await RunAsync("show", "--connection", Worker, "--from", "2100-01-01T00:00:00Z");
        var (_, earlier) = await RunAsync("show", "--connection", Worker, "--until", "2100-01-01T00:00:00Z");

        Assert.Equal((0, "", ""), (exitCode, none, later));
        Assert.Equal(["actor 2", "actor 1"], output.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("actor").GetString()));
        Assert.Equal(3, earlier.TrimEnd('\n').Split('\n').Length);
    }

    [Theory]
    [InlineData("audit needs one of: verify, export, show")]
    [InlineData("There is no command \"audit repair\"", "repair")]
    [InlineData("audit verify needs --key", "verify", "--connection", "Host=x")]
    [InlineData("/nowhere.pem cannot be read", "verify", "--connection", "Host=x", "--key", "/nowhere.pem")]
    [InlineData("--format is ndjson or rfc5424, not \"xml\"", "export", "--format", "xml")]
    [InlineData("audit show takes no \"now\"", "show", "now")]
    [InlineData("audit show has no option \"--all\"", "show", "--all", "yes")]
    [InlineData("--limit is a number from 1, not \"0\"", "show", "--limit", "0")]
    [InlineData("--from is a time with its offset", "show", "--from", "2026-11-24T00:00:00")]
    [InlineData("The audit trail cannot be read", "export", "--connection", "Host=/nowhere;Username=x;Database=y")]
    [InlineData("is no PostgreSQL connection string", "export", "--connection", "Hots=secret-word")]
    [InlineData("There is no database of development mode in", "show", "--data", "/nowhere")]
    public async Task Bad_usage_is_told_in_words(string expected, params string[] words)
    {
        var refusal = await Assert.ThrowsAsync<UsageException>(() => AuditCommands.RunAsync(words, Stream.Null, CancellationToken.None));

        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_or_an_export_that_is_none_is_unreadable_input()
    {
        var wrong = Path.Combine(_folder.FullName, "wrong");
        await File.WriteAllTextAsync(wrong, "{\"kind\":\"event\"}");

        var key = await Assert.ThrowsAsync<UsageException>(() => RunAsync("verify", "--connection", Worker, "--key", wrong));
        var export = await Assert.ThrowsAsync<UsageException>(() => RunAsync("verify", "--export", wrong, "--key", Key));
        var missing = await Assert.ThrowsAsync<UsageException>(() => RunAsync("verify", "--export", "/nowhere.ndjson", "--key", Key));

        Assert.Contains("holds no public ECDSA key on P-256", key.Message, StringComparison.Ordinal);
        Assert.Contains("Line 1 of the export cannot be read", export.Message, StringComparison.Ordinal);
        Assert.Contains("/nowhere.ndjson cannot be verified", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_process_ends_with_the_exit_code_of_the_verdict()
    {
        await ForgeAsync("DELETE FROM pulse_audit.event WHERE seq = 2");
        await using var process = HostProcess.Start("audit", "verify", "--connection", Worker, "--key", Key);

        Assert.Equal(3, await process.ExitAsync());
        Assert.Contains("\"verdict\":\"MISSING\"", process.Output, StringComparison.Ordinal);
    }

    private string Worker => postgres.ConnectionString("pulse_worker_login", "secret", _database) + ";Pooling=false;Options=-c role=pulse_worker";

    private async Task WriteAsync(string? signer, params AuditEvent[] events)
    {
        await using var writer = NpgsqlDataSource.Create(postgres.ConnectionString("pulse_audit_login", "secret", _database) + ";Options=-c role=pulse_audit_writer");
        await using var worker = NpgsqlDataSource.Create(Worker);
        var publisher = new Keeper(Kept);
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IAuditCheckpointPublisher>(publisher);
        var audit = builder.Services.AddPulseAudit(options => options.Linger = TimeSpan.Zero).UsePostgres(_ => writer);
        if (signer is not null)
        {
            audit.UseSealing(_ => worker, _ => EcdsaAuditSigner.FromPem(signer), options =>
            {
                options.Origin = "example.com/audit";
                options.SealEvery = TimeSpan.FromMilliseconds(200);
            });
        }

        using var host = builder.Build();

        // Before the first round of sealing: one checkpoint over all of them.
        var service = host.Services.GetServices<IHostedService>().OfType<IHostedLifecycleService>().Single(service => service.GetType().Name == "AuditService");
        await service.StartingAsync(CancellationToken.None);
        var written = host.Services.GetRequiredService<IAuditWriter>();
        if (_month is { } month)
        {
            Assert.Equal(AuditPruneResult.Pruned, await host.Services.GetRequiredService<IAuditRetention>().PruneAsync(month, "keeper"));
        }

        foreach (var auditEvent in events.Length > 0 ? events : Enumerable.Range(0, 3).Select(Event))
        {
            await written.WriteAsync(auditEvent);
        }

        await service.StoppedAsync(CancellationToken.None);
        if (signer is not null)
        {
            var sealing = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().Single(found => found.GetType().Name == "AuditKeeper");
            await sealing.StartAsync(CancellationToken.None);
            await publisher.Written.Task.WaitAsync(TimeSpan.FromSeconds(60));
            await sealing.StopAsync(CancellationToken.None);
        }
    }

    private static AuditEvent Event(int number) => new()
    {
        Type = "test.event", Class = AuditClass.Critical, TenantId = "acme", Actor = $"actor {number}", Outcome = AuditOutcome.Success,
    };

    private async Task<string> ExportAsync()
    {
        var file = Path.Combine(_folder.FullName, "export.ndjson");
        await using var output = File.Create(file);
        Assert.Equal(0, await AuditCommands.RunAsync(["export", "--connection", Worker], output, CancellationToken.None));
        return file;
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] words)
    {
        using var output = new MemoryStream();
        var exitCode = await AuditCommands.RunAsync(words, output, CancellationToken.None);
        return (exitCode, Encoding.UTF8.GetString(output.ToArray()));
    }

    private Task ForgeAsync(string sql) => ExecuteAsync($"""
        DO $$ DECLARE target regclass; BEGIN
            FOR target IN SELECT oid FROM pg_class WHERE relnamespace = 'pulse_audit'::regnamespace AND relkind IN ('r', 'p') LOOP
                EXECUTE format('ALTER TABLE %s DISABLE TRIGGER ALL', target);
            END LOOP;
        END $$;
        {sql}
        """);

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Superuser);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private sealed class Keeper(string file) : IAuditCheckpointPublisher
    {
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task PublishAsync(AuditCheckpoint checkpoint, CancellationToken cancellationToken)
        {
            await File.WriteAllTextAsync(file, checkpoint.Note, cancellationToken);
            Written.TrySetResult();
        }
    }
}
