using System.Net;
using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;
using Pulse.Audit;
using Pulse.Benchmarks.Ratios;
using Pulse.ReferenceHost.Development;
using Pulse.Tenancy;

namespace Pulse.Benchmarks.Audit;

/// <summary>A batch of 500 events chained, stored and the head moved, idempotent, under row security; against binary COPY of as many rows into the same table.</summary>
internal sealed class AuditStoreRatio : Ratio
{
    private const int Rows = 500;
    private const string Database = "measure";

    private readonly string _folder = Path.Combine("/tmp", "pulse-measure-" + RandomNumberGenerator.GetHexString(8, lowercase: true));
    private readonly PendingEvent _template;
    private PostgresCluster _cluster = null!;
    private NpgsqlDataSource _writer = null!;
    private NpgsqlDataSource _bare = null!;
    private PostgresAuditStore _store = null!;
    private ChainHead _head = ChainHead.Start(Guid.CreateVersion7());

    public AuditStoreRatio() => _template = new EventCanonicalizer(new PulseAuditOptions(), TimeProvider.System).Canonicalize(new AuditEvent
    {
        Type = "auth.token.refused",
        Class = AuditClass.Security,
        Outcome = AuditOutcome.Denied,
        TenantId = "acme",
        Actor = "0c9dc0f2-4d0f-4a64-a2f4-5ff0a2f54bd3",
        Reason = "expired",
        Peer = IPAddress.Parse("192.0.2.7"),
        TraceId = "0af7651916cd43dd8448eb211c80319c",
        Fields = [AuditField.Public("path", "/api/devices"), AuditField.Public("number", 7), AuditField.Personal("agent", "Mozilla/5.0 (X11; Linux x86_64)")],
    });

    public override string Name => "audit.store";

    public override string PeerName => "binary COPY into the same table";

    public override async ValueTask PrepareAsync()
    {
        _cluster = await PostgresCluster.StartAsync(Path.Combine(_folder, "data"), _folder, "superuser", durable: false, CancellationToken.None);
        await using (var server = NpgsqlDataSource.Create(_cluster.SuperuserConnectionString("postgres")))
        {
            await ExecuteAsync(server, $"CREATE DATABASE {Database}");
        }

        _bare = NpgsqlDataSource.Create(_cluster.SuperuserConnectionString(Database) + ";Max Auto Prepare=20;Auto Prepare Min Usages=2");
        await ExecuteAsync(_bare, TenantSchema.Bootstrap(Database) + "ALTER ROLE pulse_audit_login PASSWORD 'audit'");
        await ExecuteAsync(_bare, $"SET ROLE pulse_owner; {AuditSchema.Sql}; RESET ROLE");
        _writer = NpgsqlDataSource.Create(
            _cluster.ConnectionString("pulse_audit_login", "audit", Database) + ";Options=-c role=pulse_audit_writer;Max Auto Prepare=20;Auto Prepare Min Usages=2");
        _store = new PostgresAuditStore(_writer);
        await RunOursAsync(2);
        await RunPeerAsync(2);
        await using var count = _bare.CreateCommand("SELECT count(*) FROM pulse_audit.event");
        if ((long?)await count.ExecuteScalarAsync() != 4 * Rows)
        {
            throw new InvalidOperationException("Ours and the peer wrote different numbers of rows.");
        }
    }

    public override async ValueTask RunOursAsync(int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            var chained = _head.Extend(NextEvents(), 0);
            if (await _store.AppendAsync(chained, synchronous: false, CancellationToken.None) != StoreResult.Committed)
            {
                throw new InvalidOperationException("A batch was not stored.");
            }

            _head = new ChainHead(_head.Stream, chained[^1].Sequence, chained[^1].Hash);
        }
    }

    public override async ValueTask RunPeerAsync(int operations)
    {
        var hash = new byte[ChainHash.Bytes];
        for (var i = 0; i < operations; i++)
        {
            await using var connection = await _bare.OpenConnectionAsync();
            await using var copy = await connection.BeginBinaryImportAsync("""
                COPY pulse_audit.event (occurred_at, event_id, stream, seq, class, type, outcome, tenant_id, visible_to_tenant, actor, reason, peer, trace_id,
                    record, prev_hash, hash) FROM STDIN (FORMAT binary)
                """);
            var sequence = 0L;
            foreach (var row in NextEvents())
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(row.OccurredAt, NpgsqlDbType.TimestampTz);
                await copy.WriteAsync(row.Id, NpgsqlDbType.Uuid);
                await copy.WriteAsync(_head.Stream, NpgsqlDbType.Uuid);
                await copy.WriteAsync(++sequence, NpgsqlDbType.Bigint);
                await copy.WriteAsync((short)row.Class, NpgsqlDbType.Smallint);
                await copy.WriteAsync(row.Type, NpgsqlDbType.Text);
                await copy.WriteAsync((short)row.Outcome, NpgsqlDbType.Smallint);
                await copy.WriteAsync(row.TenantId!, NpgsqlDbType.Text);
                await copy.WriteAsync(row.VisibleToTenant, NpgsqlDbType.Boolean);
                await copy.WriteAsync(row.Actor!, NpgsqlDbType.Text);
                await copy.WriteAsync(row.Reason!, NpgsqlDbType.Text);
                await copy.WriteAsync(IPAddress.Parse(row.Peer!), NpgsqlDbType.Inet);
                await copy.WriteAsync(row.TraceId!, NpgsqlDbType.Text);
                await copy.WriteAsync(row.Record, NpgsqlDbType.Bytea);
                await copy.WriteAsync(hash, NpgsqlDbType.Bytea);
                await copy.WriteAsync(hash, NpgsqlDbType.Bytea);
            }

            await copy.CompleteAsync();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_writer is not null)
        {
            await _writer.DisposeAsync();
            await _bare.DisposeAsync();
        }

        if (_cluster is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await _cluster.StopAsync(CancellationToken.None);
            Directory.Delete(_folder, recursive: true);
        }

        await base.DisposeAsync();
    }

    // The records repeat: making them is measured elsewhere.
    private PendingEvent[] NextEvents()
    {
        var events = new PendingEvent[Rows];
        for (var i = 0; i < events.Length; i++)
        {
            var at = EventCanonicalizer.TruncateToMicroseconds(TimeProvider.System.GetUtcNow());
            events[i] = new PendingEvent
            {
                Id = Guid.CreateVersion7(at),
                OccurredAt = at,
                Class = _template.Class,
                Outcome = _template.Outcome,
                Type = _template.Type,
                TenantId = _template.TenantId,
                VisibleToTenant = _template.VisibleToTenant,
                Actor = _template.Actor,
                OnBehalfOf = _template.OnBehalfOf,
                Reason = _template.Reason,
                Peer = _template.Peer,
                TraceId = _template.TraceId,
                Record = _template.Record,
            };
        }

        return events;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
