using NpgsqlTypes;
using Pulse.Tenancy;

namespace Pulse.Benchmarks.Tenancy;

/// <summary>2,000 rows in one INSERT under Row-Level Security, against binary COPY into the same table without it.</summary>
internal sealed class TenancyBulkRatio : TenancyRatio
{
    private const int Rows = 2_000;

    private static readonly BulkMap<Reading> Map = new BulkMap<Reading>("public", "readings")
        .Add("device", NpgsqlDbType.Text, row => row.Device)
        .Add("sequence", NpgsqlDbType.Bigint, row => row.Sequence)
        .Add("at", NpgsqlDbType.TimestampTz, row => row.At)
        .Add("value", NpgsqlDbType.Double, row => row.Value);

    private static readonly DateTime Noon = new(2026, 1, 2, 12, 0, 0, DateTimeKind.Utc);
    private long _sequence;

    public override string Name => "tenancy.bulk";

    public override string PeerName => "binary COPY without Row-Level Security";

    public override async ValueTask RunOursAsync(int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            await Server.Ours.BulkInsertAsync(TenancyServer.Tenant(i), Map, NextRows());
        }
    }

    public override async ValueTask RunPeerAsync(int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            await CopyAsync(TenancyServer.Tenant(i).Value, NextRows());
        }
    }

    protected override async Task CheckAsync()
    {
        await RunOursAsync(1);
        await RunPeerAsync(1);
        var ours = await Server.Ours.CreateBatch(TenancyServer.Tenant(0)).Add("SELECT count(*) FROM readings").ExecuteScalarAsync<long>();
        await using var command = Server.Bare.CreateCommand("SELECT count(*) FROM readings_bare");
        if (ours != Rows || (long?)await command.ExecuteScalarAsync() != Rows)
        {
            throw new InvalidOperationException("Ours and the peer wrote different numbers of rows.");
        }
    }

    private Reading[] NextRows()
    {
        var rows = new Reading[Rows];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new Reading(TenancyServer.Device(i), _sequence++, Noon.AddSeconds(i), i * 0.5);
        }

        return rows;
    }

    private async Task CopyAsync(string tenant, Reading[] rows)
    {
        await using var connection = await Server.Bare.OpenConnectionAsync();
        await using var copy = await connection.BeginBinaryImportAsync("COPY readings_bare (tenant_id, device, sequence, at, value) FROM STDIN (FORMAT binary)");
        foreach (var row in rows)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(tenant, NpgsqlDbType.Text);
            await copy.WriteAsync(row.Device, NpgsqlDbType.Text);
            await copy.WriteAsync(row.Sequence, NpgsqlDbType.Bigint);
            await copy.WriteAsync(row.At, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(row.Value, NpgsqlDbType.Double);
        }

        await copy.CompleteAsync();
    }

    private readonly record struct Reading(string Device, long Sequence, DateTime At, double Value);
}
