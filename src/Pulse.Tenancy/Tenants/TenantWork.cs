namespace Pulse.Tenancy;

/// <summary>Statements of one tenant, to be run with those of others by <see cref="ITenantDatabase.ExecuteManyAsync"/>.</summary>
public sealed class TenantWork
{
    /// <summary>Begins an empty list of statements.</summary>
    /// <param name="tenant">Whose rows.</param>
    /// <exception cref="InvalidOperationException"><paramref name="tenant"/> is <c>default</c>.</exception>
    public TenantWork(TenantId tenant)
    {
        _ = tenant.Value;
        Tenant = tenant;
    }

    /// <summary>Whose rows.</summary>
    public TenantId Tenant { get; }

    internal StatementList Statements { get; } = new();

    /// <summary>Adds one statement.</summary>
    /// <param name="sql">A single statement with positional parameters <c>$1</c>, <c>$2</c>…; it must not begin or end transactions.</param>
    /// <param name="parameters">The parameters' values; an unnamed <see cref="Npgsql.NpgsqlParameter"/> is used as it is.</param>
    /// <returns>This list.</returns>
    /// <exception cref="ArgumentException">The statement is blank, or a parameter has a name.</exception>
    public TenantWork Add(string sql, params object?[] parameters)
    {
        Statements.Add(sql, parameters);
        return this;
    }
}
