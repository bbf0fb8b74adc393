using System.Globalization;
using Npgsql;

namespace Pulse.Tenancy;

/// <summary>
/// The statement that turns a login into a tenant's role until the transaction ends. Only logins may call set_config, so it
/// works once: after it nothing can move the transaction to another tenant.
/// </summary>
internal sealed class EnterCommand(string role, TenantMark mark)
{
    /// <summary>What keeps the transaction from writing, behind <see cref="Settings"/>.</summary>
    public const string ReadOnly = ", pg_catalog.set_config('transaction_read_only', 'on', true)";

    private readonly string _sql = Sql(role, mark, "$1");

    public static string Sql(string role, TenantMark mark, string parameter) => "SELECT " + Settings(role, mark, parameter);

    /// <summary>The columns that take the role and name the tenant; the role's name was checked when the host started.</summary>
    public static string Settings(string role, TenantMark mark, string parameter) =>
        $"pg_catalog.set_config('role', '{role}', true), pg_catalog.set_config('{mark.Setting}', {parameter}, true)";

    public NpgsqlBatchCommand Create(TenantId tenant, TenantScopeOptions? options = null)
    {
        // The tenant is always a parameter: a text that carried it could be served to another one by a pooler's mix-up.
        var command = new NpgsqlBatchCommand(_sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = mark.Write(tenant) });
        if (options is null)
        {
            return command;
        }

        if (options.ReadOnly)
        {
            command.CommandText += ReadOnly;
        }

        if (options.StatementTimeout is { } timeout)
        {
            command.CommandText += ", pg_catalog.set_config('statement_timeout', $2, true)";
            var milliseconds = (long)Math.Ceiling(timeout.TotalMilliseconds);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = milliseconds.ToString(CultureInfo.InvariantCulture) });
        }

        return command;
    }

    /// <summary>Whether the server refused the switch, the first command of its batch: the connection arrived in a role, or the schema is not bootstrapped.</summary>
    public static bool WasRefused(PostgresException error, NpgsqlBatch batch) =>
        error.SqlState == PostgresErrorCodes.InsufficientPrivilege && BatchProgress.FirstUnfinished(batch) == 0;
}
