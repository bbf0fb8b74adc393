using Npgsql;

namespace Pulse.Tenancy;

/// <summary>Refuses what in a connection string would let one tenant's session reach another, or a pooler mix them up.</summary>
internal static class ConnectionStringRules
{
    /// <summary>Settings of the session that only the switch may make.</summary>
    private static readonly string[] Context = ["role", "session_authorization", "app.tenant_id", "pulse.ctx"];

    /// <summary>Examines one connection string and answers it read, or null when there is none to read.</summary>
    public static NpgsqlConnectionStringBuilder? Examine(string option, string? connectionString, TenantPooler pooler, List<string> failures)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            return null;
        }

        var parsed = Parse(connectionString);
        if (parsed is null)
        {
            failures.Add($"{option} is not a PostgreSQL connection string. Expected Host=…;Database=…;Username=…;Password=….");
            return null;
        }

        if (string.IsNullOrEmpty(parsed.Username))
        {
            failures.Add($"{option} names no login. Add Username=….");
        }

        if (parsed.Multiplexing)
        {
            failures.Add($"{option} has Multiplexing=true, which never resets connections. Remove it.");
        }

        // Npgsql's default is true; unless it was written out, ours is false.
        if (parsed.ShouldSerialize("Enlist") && parsed.Enlist)
        {
            failures.Add($"{option} has Enlist=true: inside a TransactionScope two tenants would share one connection. Remove it.");
        }

        if (parsed.IncludeErrorDetail)
        {
            failures.Add($"{option} has Include Error Detail=true, which writes rows into exceptions and logs. Remove it.");
        }

        if (SetsContext(parsed.Options))
        {
            failures.Add($"{option} sets a role or the tenant in Options. Remove that: both are set for each transaction.");
        }

        if (pooler == TenantPooler.PgBouncerTransaction)
        {
            ExaminePooled(option, parsed, failures);
        }
        else if (parsed.NoResetOnClose)
        {
            failures.Add($"{option} has No Reset On Close=true: cursors and settings of one tenant would reach the next. Remove it, or set {nameof(PulseTenancyOptions.Pooler)} if it leads to one.");
        }

        return parsed;
    }

    private static void ExaminePooled(string option, NpgsqlConnectionStringBuilder parsed, List<string> failures)
    {
        if (parsed.MaxAutoPrepare > 0)
        {
            failures.Add($"{option} has Max Auto Prepare above 0 behind a transaction pooler, where another client's statement may run instead. Remove it.");
        }

        if (!string.IsNullOrEmpty(parsed.Options) || !string.IsNullOrEmpty(parsed.SearchPath))
        {
            failures.Add($"{option} has Options or Search Path behind a transaction pooler, which refuses them or hands them to others. Remove them; use ALTER ROLE … SET or ALTER DATABASE … SET.");
        }
    }

    private static bool SetsContext(string? startupOptions)
    {
        if (string.IsNullOrEmpty(startupOptions))
        {
            return false;
        }

        return Array.Exists(Context, setting => startupOptions.Contains(setting, StringComparison.OrdinalIgnoreCase));
    }

    private static NpgsqlConnectionStringBuilder? Parse(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString);
        }
        // Stryker disable once Block : without it the method ends with the default of its type, which is null
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException or InvalidCastException)
        {
            // The driver's text may repeat the password.
            return null;
        }
    }
}
