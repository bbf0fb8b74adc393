namespace Pulse.Tenancy;

/// <summary>The SQL that makes a database keep tenants apart. Pure text: print it, read it, run it as often as you like.</summary>
/// <remarks>The role names are the defaults of <see cref="PulseTenancyOptions"/>.</remarks>
public static class TenantSchema
{
    /// <summary>
    /// Roles, logins (without passwords), latch, grants, schema <c>pulse</c> with <c>pulse.tenant_id()</c> and the operators'
    /// grant table. Run as superuser, connected to the database it names.
    /// </summary>
    /// <param name="database">The database's name; the script refuses to run in another one.</param>
    /// <returns>SQL statements, separated by semicolons; idempotent, and safe where the roles exist from another database.</returns>
    /// <exception cref="ArgumentException">The name is empty, longer than 63 characters or holds a NUL.</exception>
    public static string Bootstrap(string database) => BootstrapSql.Write(database);

    /// <summary>
    /// Row-Level Security for one table: enabled and forced, the tenant's policy, the restrictive guard, the default of
    /// <c>tenant_id</c>, and grants by name. Run as <c>pulse_owner</c>, after the table was created.
    /// </summary>
    /// <param name="schema">Schema of the table.</param>
    /// <param name="table">The table; it must have a column <c>tenant_id text</c>, which becomes NOT NULL.</param>
    /// <returns>SQL statements, separated by semicolons; idempotent.</returns>
    /// <exception cref="ArgumentException">A name is empty, longer than 63 characters or holds a NUL.</exception>
    public static string Protect(string schema, string table)
    {
        var name = $"{SqlName.Quote(schema)}.{SqlName.Quote(table)}";

        // Both policies are TO PUBLIC, for who may touch the table is the grants' matter: so DROP OWNED BY pulse_app takes
        // neither away, and the owner without a tenant meets an error instead of an empty table.
        return $"""
            ALTER TABLE {name} ALTER COLUMN tenant_id SET NOT NULL;
            ALTER TABLE {name} ALTER COLUMN tenant_id SET DEFAULT pulse.tenant_id();
            ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {name} FORCE ROW LEVEL SECURITY;
            DROP POLICY IF EXISTS pulse_tenant ON {name};
            CREATE POLICY pulse_tenant ON {name} FOR ALL TO PUBLIC
              USING (tenant_id = (SELECT pulse.tenant_id())) WITH CHECK (tenant_id = (SELECT pulse.tenant_id()));
            DROP POLICY IF EXISTS pulse_guard ON {name};
            CREATE POLICY pulse_guard ON {name} AS RESTRICTIVE FOR ALL TO PUBLIC
              USING (tenant_id = (SELECT pulse.tenant_id())) WITH CHECK (tenant_id = (SELECT pulse.tenant_id()));
            REVOKE ALL ON TABLE {name} FROM PUBLIC, pulse_app, pulse_operator, pulse_operator_write;
            GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE {name} TO pulse_app;
            GRANT SELECT ON TABLE {name} TO pulse_operator;
            GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE {name} TO pulse_operator_write;

            """;
    }
}
