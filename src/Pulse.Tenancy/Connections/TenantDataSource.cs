using System.Data.Common;

namespace Pulse.Tenancy;

/// <summary>ADO.NET's data source bound to one tenant.</summary>
internal sealed class TenantDataSource(TenantConnections connections, TenantId tenant) : DbDataSource
{
    /// <summary>Empty: a connection string would hand out the password.</summary>
    public override string ConnectionString => string.Empty;

    protected override DbConnection CreateDbConnection() => new PooledTenantConnection(connections, tenant);
}
