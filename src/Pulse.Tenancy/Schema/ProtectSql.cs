namespace Pulse.Tenancy;

/// <summary>The scripts that protect a table, its partitions, and take that back.</summary>
internal static class ProtectSql
{
    public const string TenantPolicy = "pulse_tenant";
    public const string Guard = "pulse_guard";
    public const string Roles = "pulse_app, pulse_operator, pulse_operator_write";

    private const string OwnRows = "USING (tenant_id = (SELECT pulse.tenant_id())) WITH CHECK (tenant_id = (SELECT pulse.tenant_id()))";

    public static string Table(string schema, string table)
    {
        var name = SqlName.Quote(schema, table);

        // Both policies are TO PUBLIC, for who may touch the table is the grants' matter: so DROP OWNED BY pulse_app takes
        // neither away, and the owner without a tenant meets an error instead of an empty table.
        return $"""
            {Check(name)}
            {NotNull(name)}
            {Default(name)}
            {Policies(name)}
            {Grants(name)}

            """;
    }

    public static string NotNull(string name) => $"ALTER TABLE {name} ALTER COLUMN tenant_id SET NOT NULL;";

    public static string Default(string name) => $"ALTER TABLE {name} ALTER COLUMN tenant_id SET DEFAULT pulse.tenant_id();";

    public static string Policies(string name) => $"""
        ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {name} FORCE ROW LEVEL SECURITY;
        {OwnPolicy(name)}
        {GuardPolicy(name)}
        """;

    public static string OwnPolicy(string name) => $"""
        DROP POLICY IF EXISTS {TenantPolicy} ON {name};
        CREATE POLICY {TenantPolicy} ON {name} FOR ALL TO PUBLIC
          {OwnRows};
        """;

    public static string GuardPolicy(string name) => $"""
        DROP POLICY IF EXISTS {Guard} ON {name};
        CREATE POLICY {Guard} ON {name} AS RESTRICTIVE FOR ALL TO PUBLIC
          {OwnRows};
        """;

    public static string Index(string name) => $"CREATE INDEX ON {name} (tenant_id);";

    public static string Partitions(string schema, string table)
    {
        var name = SqlName.Quote(schema, table);
        return SqlName.Block($"""
            DECLARE
              parent CONSTANT regclass := to_regclass({SqlName.Literal(name)});
              child record;
              grantee text;
            BEGIN
              IF parent IS NULL OR (SELECT relkind <> 'p' FROM pg_class WHERE oid = parent) THEN
                RAISE EXCEPTION '% is no partitioned table.', {SqlName.Literal(name)};
              END IF;
              IF NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = parent AND polname = '{Guard}') THEN
                RAISE EXCEPTION '% is not protected itself: run TenantSchema.Protect for it first.', parent;
              END IF;
              FOR child IN
                SELECT relid, c.relkind, c.relowner, c.relacl FROM pg_partition_tree(parent) JOIN pg_class c ON c.oid = relid WHERE level > 0
              LOOP
                IF child.relkind = 'f' THEN
                  RAISE EXCEPTION '% is a foreign table, which no policy guards: detach it from %.', child.relid, parent;
                END IF;
                EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', child.relid);
                EXECUTE format('DROP POLICY IF EXISTS {TenantPolicy} ON %s', child.relid);
                EXECUTE format('CREATE POLICY {TenantPolicy} ON %s FOR ALL TO PUBLIC {OwnRows}', child.relid);
                EXECUTE format('DROP POLICY IF EXISTS {Guard} ON %s', child.relid);
                EXECUTE format('CREATE POLICY {Guard} ON %s AS RESTRICTIVE FOR ALL TO PUBLIC {OwnRows}', child.relid);
                -- Who may touch the rows is said once, at the parent.
                FOR grantee IN
                  SELECT DISTINCT CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END
                  FROM aclexplode(child.relacl) AS acl WHERE acl.grantee <> child.relowner
                LOOP
                  EXECUTE format('REVOKE ALL ON TABLE %s FROM %s', child.relid, grantee);
                END LOOP;
              END LOOP;
            END
            """) + "\n";
    }

    public static string Undo(string schema, string table)
    {
        var name = SqlName.Quote(schema, table);

        // Rights first: at no moment may somebody be let in whom no policy binds any more.
        return $"""
            REVOKE ALL ON TABLE {name} FROM PUBLIC, {Roles};
            {SqlName.Block($"""
                DECLARE
                  member regclass;
                BEGIN
                  FOR member IN
                    SELECT {SqlName.Literal(name)}::regclass
                    UNION SELECT relid FROM pg_partition_tree({SqlName.Literal(name)}::regclass) WHERE level > 0
                  LOOP
                    EXECUTE format('DROP POLICY IF EXISTS {TenantPolicy} ON %s', member);
                    EXECUTE format('DROP POLICY IF EXISTS {Guard} ON %s', member);
                    EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY', member);
                  END LOOP;
                END
                """)}
            ALTER TABLE {name} ALTER COLUMN tenant_id DROP DEFAULT;

            """;
    }

    public static string System(string schema, string table, string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        var name = SqlName.Quote(schema, table);
        return $"""
            REVOKE ALL ON TABLE {name} FROM PUBLIC;
            INSERT INTO pulse.system_table (table_schema, table_name, reason)
            VALUES ({SqlName.Literal(schema)}, {SqlName.Literal(table)}, {SqlName.Literal(reason)})
            ON CONFLICT (table_schema, table_name) DO UPDATE SET reason = excluded.reason;

            """;
    }

    private static string Grants(string name) => $"""
        REVOKE ALL ON TABLE {name} FROM PUBLIC, {Roles};
        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE {name} TO pulse_app;
        GRANT SELECT ON TABLE {name} TO pulse_operator;
        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE {name} TO pulse_operator_write;
        """;

    private static string Check(string name) => SqlName.Block($"""
        DECLARE
          target CONSTANT regclass := to_regclass({SqlName.Literal(name)});
          type text;
        BEGIN
          IF target IS NULL THEN
            RAISE EXCEPTION 'There is no table % to protect.', {SqlName.Literal(name)};
          END IF;
          IF (SELECT relispartition OR relkind NOT IN ('r', 'p') FROM pg_class WHERE oid = target) THEN
            RAISE EXCEPTION '% is a partition or no table.', target
              USING HINT = 'Protect the table itself; TenantSchema.ProtectPartitions then sees to its partitions.';
          END IF;
          SELECT format_type(atttypid, atttypmod) INTO type FROM pg_attribute
          WHERE attrelid = target AND attname = 'tenant_id' AND NOT attisdropped;
          IF type IS DISTINCT FROM 'text' THEN
            RAISE EXCEPTION '% needs a column "tenant_id text" and has %.', target, coalesce('tenant_id ' || type, 'none')
              USING HINT = 'Add the column, fill it, and protect the table again.';
          END IF;
          IF NOT EXISTS (
            SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
            WHERE i.indrelid = target AND i.indisvalid AND i.indpred IS NULL AND a.attname = 'tenant_id')
          THEN
            EXECUTE format('CREATE INDEX ON %s (tenant_id)', target);
          END IF;
        END
        """);
}
