using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Pulse.Tenancy;

/// <summary>
/// A connection of ADO.NET that can only do what a tenant may: every command is one statement of a batch, so nothing can be
/// stacked, and every parameter is bound.
/// </summary>
internal abstract class TenantConnection : DbConnection
{
    /// <summary>Empty: a connection string would hand out the password.</summary>
    [AllowNull]
    public override string ConnectionString
    {
        get => string.Empty;
        set => throw new NotSupportedException("A tenant's connection cannot be pointed elsewhere. Ask ITenantDatabase for another one.");
    }

    public override string Database => Execution?.Connection.Database ?? string.Empty;

    public override string DataSource => Execution?.Connection.DataSource ?? string.Empty;

    public override string ServerVersion => Required.Connection.ServerVersion;

    public override ConnectionState State => Execution is null ? ConnectionState.Closed : ConnectionState.Open;

    /// <summary>Where the next command runs.</summary>
    public TenantExecution Required => Execution
        ?? throw new InvalidOperationException("The connection is closed, or the scope it belongs to has ended.");

    /// <summary>Where commands run; null while closed.</summary>
    protected abstract TenantExecution? Execution { get; }

    public override void ChangeDatabase(string databaseName) =>
        throw new NotSupportedException("A tenant's connection stays in its database.");

    protected override DbCommand CreateDbCommand() => new TenantCommand { Connection = this };
}
