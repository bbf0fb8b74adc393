using System.Data.Common;
using System.Text.Json;
using Pulse.Tenancy;

namespace Pulse.ReferenceHost.Data;

internal sealed record DeviceView(string DeviceId, string? SiteId, string Status, DateTimeOffset? LastSeen, JsonElement? Latest);

internal sealed record TelemetryView(
    Guid MessageId, string Kind, DateTimeOffset ReceivedAt, DateTimeOffset? SentAt, long? Sequence, string? SiteId, JsonElement Payload);

internal sealed record RefusedView(
    string DeviceId, string Reason, string? Detail, string Topic, int PayloadLength, long Count, DateTimeOffset LastAt);

/// <summary>What a tenant may read, each in one round trip under its own Row-Level Security.</summary>
internal static class TenantReads
{
    public static Task<IReadOnlyList<DeviceView>> DevicesAsync(
        ITenantDatabase database, TenantId tenant, string? after, int limit, CancellationToken cancellationToken) =>
        database.CreateBatch(tenant)
            .Add(
                """
                SELECT d.device_id, d.site_id, d.status, m.received_at, m.payload
                FROM public.device d
                LEFT JOIN LATERAL (
                    SELECT received_at, payload FROM public.telemetry t
                    WHERE t.tenant_id = d.tenant_id AND t.device_id = d.device_id AND t.kind = 'telemetry'
                    ORDER BY t.message_id DESC LIMIT 1) m ON true
                WHERE d.tenant_id = $1 AND d.device_id > $2
                ORDER BY d.device_id LIMIT $3
                """,
                tenant.Value,
                after ?? string.Empty,
                limit)
            .QueryAsync(
                row => new DeviceView(row.GetString(0), Text(row, 1), row.GetString(2), Time(row, 3), row.IsDBNull(4) ? null : Json(row, 4)),
                cancellationToken);

    /// <summary>Newest first; null when the tenant has no such device.</summary>
    public static async Task<IReadOnlyList<TelemetryView>?> TelemetryAsync(
        ITenantDatabase database, TenantId tenant, string deviceId, Guid? before, int limit, CancellationToken cancellationToken)
    {
        // The device's own row comes first and alone tells "no messages yet" from "no such device".
        var rows = await database.CreateBatch(tenant)
            .Add(
                """
                SELECT t.message_id, t.kind, t.received_at, t.sent_at, t.sequence, t.site_id, t.payload
                FROM public.device d
                LEFT JOIN LATERAL (
                    SELECT * FROM public.telemetry t
                    WHERE t.tenant_id = d.tenant_id AND t.device_id = d.device_id AND ($3::uuid IS NULL OR t.message_id < $3)
                    ORDER BY t.message_id DESC LIMIT $4) t ON true
                WHERE d.tenant_id = $1 AND d.device_id = $2
                ORDER BY t.message_id DESC
                """,
                tenant.Value,
                deviceId,
                before ?? (object)DBNull.Value,
                limit)
            .QueryAsync(row => row.IsDBNull(0) ? null : ReadTelemetry(row), cancellationToken);
        return rows.Count == 0 ? null : [.. rows.OfType<TelemetryView>()];
    }

    public static Task<IReadOnlyList<RefusedView>> RefusedAsync(
        ITenantDatabase database, TenantId tenant, int limit, CancellationToken cancellationToken) =>
        database.CreateBatch(tenant)
            .Add(
                """
                SELECT device_id, reason, detail, topic, payload_length, count, last_at
                FROM public.quarantine WHERE tenant_id = $1
                ORDER BY last_at DESC LIMIT $2
                """,
                tenant.Value,
                limit)
            .QueryAsync(
                row => new RefusedView(
                    row.GetString(0), row.GetString(1), Text(row, 2), row.GetString(3), row.GetInt32(4), row.GetInt64(5), Time(row, 6)!.Value),
                cancellationToken);

    internal static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    internal static DateTimeOffset? Time(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    internal static JsonElement Json(DbDataReader row, int column)
    {
        using var document = JsonDocument.Parse(row.GetString(column));
        return document.RootElement.Clone();
    }

    private static TelemetryView ReadTelemetry(DbDataReader row) => new(
        row.GetGuid(0),
        row.GetString(1),
        Time(row, 2)!.Value,
        Time(row, 3),
        row.IsDBNull(4) ? null : row.GetInt64(4),
        Text(row, 5),
        Json(row, 6));
}
