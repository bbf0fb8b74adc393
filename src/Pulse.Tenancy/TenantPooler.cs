namespace Pulse.Tenancy;

/// <summary>What stands between this process and PostgreSQL.</summary>
public enum TenantPooler
{
    /// <summary>Nothing: Npgsql's pool alone, which cleans a session before its next use.</summary>
    None,

    /// <summary>
    /// PgBouncer in transaction mode. Npgsql's own cleaning is switched off, for it would clean another session than the one
    /// used; prepared statements and start-up options are refused. Set <c>server_reset_query_always=1</c> in PgBouncer.
    /// </summary>
    PgBouncerTransaction,
}
