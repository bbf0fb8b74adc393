using Pulse.Tenancy;

namespace Pulse.ReferenceHost.Data;

internal sealed record OperatorDeviceView(string TenantId, string DeviceId, string? SiteId, string Status, DateTimeOffset? LastSeen);

/// <summary>What an operator may read across tenants, behind a grant.</summary>
internal static class OperatorReads
{
    private const int MostRows = 1_000;

    public static Task<IReadOnlyList<OperatorDeviceView>> DevicesAsync(
        IOperatorDatabase database, OperatorGrant grant, CancellationToken cancellationToken) =>
        database.CreateBatch(grant)
            .Add(
                """
                SELECT d.tenant_id, d.device_id, d.site_id, d.status,
                       (SELECT received_at FROM public.telemetry t
                        WHERE t.tenant_id = d.tenant_id AND t.device_id = d.device_id ORDER BY t.message_id DESC LIMIT 1)
                FROM public.device d
                WHERE $1::text IS NULL OR d.tenant_id = $1
                ORDER BY d.tenant_id, d.device_id LIMIT $2
                """,
                grant.Target?.Value ?? (object)DBNull.Value,
                MostRows)
            .QueryAsync(
                row => new OperatorDeviceView(
                    row.GetString(0), row.GetString(1), TenantReads.Text(row, 2), row.GetString(3), TenantReads.Time(row, 4)),
                cancellationToken);
}
