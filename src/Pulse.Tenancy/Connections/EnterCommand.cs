using Npgsql;

namespace Pulse.Tenancy;

/// <summary>
/// The statement that turns a login into a tenant's role until the transaction ends. Only logins may call set_config, so it
/// works once: after it nothing can move the transaction to another tenant.
/// </summary>
internal static class EnterCommand
{
    public static string Sql(string role) =>
        $"SELECT pg_catalog.set_config('role', '{role}', true), pg_catalog.set_config('app.tenant_id', $1, true)";

    public static NpgsqlBatchCommand Create(string sql, TenantId tenant)
    {
        // The tenant is always a parameter: a text that carried it could be served to another one by a pooler's mix-up.
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = tenant.Value });
        return command;
    }

    /// <summary>Whether the server refused the switch, the first command of its batch: the connection arrived in a role, or the schema is not bootstrapped.</summary>
    public static bool WasRefused(PostgresException error, NpgsqlBatch batch) =>
        error.SqlState == PostgresErrorCodes.InsufficientPrivilege && BatchProgress.FirstUnfinished(batch) == 0;
}
