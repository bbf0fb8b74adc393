using Npgsql;
using Pulse.Mqtt;
using Pulse.Tenancy;

namespace Pulse.ReferenceHost.Composition;

/// <summary>The registry of devices: the table <c>device</c>, written under the tenant's own Row-Level Security.</summary>
internal sealed class DeviceDirectory(ITenantDatabase database)
{
    /// <summary>Adds the device if it is not there yet.</summary>
    public Task RegisterAsync(DeviceKey device, string? siteId, CancellationToken cancellationToken) =>
        database.CreateBatch(TenantId.Parse(device.TenantId))
            .Add(
                "INSERT INTO public.device (tenant_id, device_id, mqtt_username, site_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                device.TenantId,
                device.DeviceId,
                device.MqttName,
                siteId ?? (object)DBNull.Value)
            .ExecuteAsync(cancellationToken);

    /// <summary>What the endpoint must know of one device; null when it is not registered.</summary>
    public async Task<DeviceRegistration?> FindAsync(DeviceKey device, CancellationToken cancellationToken)
    {
        var rows = await database.CreateBatch(TenantId.Parse(device.TenantId))
            .Add(
                """
                SELECT d.site_id, d.status = 'enabled', t.status = 'active'
                FROM public.device d JOIN public.tenant t ON t.tenant_id = d.tenant_id
                WHERE d.tenant_id = $1 AND d.device_id = $2
                """,
                device.TenantId,
                device.DeviceId)
            .QueryAsync(
                row => new DeviceRegistration(device, row.IsDBNull(0) ? null : row.GetString(0), row.GetBoolean(1), row.GetBoolean(2)),
                cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Every device of every tenant, for the ACL file; read by the worker's login, which sees this table alone.</summary>
    public static async Task<IReadOnlyList<DeviceKey>> ListAllAsync(NpgsqlDataSource worker, CancellationToken cancellationToken)
    {
        var devices = new List<DeviceKey>();
        await using var command = worker.CreateCommand("SELECT tenant_id, device_id FROM public.device ORDER BY tenant_id, device_id");
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            if (!DeviceKey.TryCreate(rows.GetString(0), rows.GetString(1), out var device))
            {
                throw new InvalidOperationException($"The registry holds a device whose name is not valid: {rows.GetString(0)}/{rows.GetString(1)}.");
            }

            devices.Add(device);
        }

        return devices;
    }
}
