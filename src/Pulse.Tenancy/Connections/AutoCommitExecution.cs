using Npgsql;

namespace Pulse.Tenancy;

/// <summary>Each batch is a transaction of its own, which PostgreSQL ends at the Sync; so each begins with the switch.</summary>
internal sealed class AutoCommitExecution(TenantConnections connections, TenantId tenant, NpgsqlConnection connection)
    : TenantExecution(connections, tenant, connection, TenancyMetrics.OneShot)
{
    protected override bool EnterIsDue => true;
}
