namespace Pulse.Tenancy.Tests;

/// <summary>What the printed SQL must say; that it works is for the integration tests.</summary>
public sealed class SchemaSqlTests
{
    private static readonly TenantForeignKey Key = new()
    {
        Schema = "public",
        Table = "meters",
        Constraint = "fk",
        Columns = ["site_id"],
        ReferencedSchema = "public",
        ReferencedTable = "sites",
        ReferencedColumns = ["id"],
    };

    [Fact]
    public void A_block_is_quoted_with_what_its_text_does_not_hold()
    {
        Assert.Equal("DO $pulse$\nx\n$pulse$;", SqlName.Block("x"));
        Assert.Equal("DO $pulse1$\n$pulse$\n$pulse1$;", SqlName.Block("$pulse$"));
        Assert.Equal("DO $pulse2$\n$pulse$ $pulse1$\n$pulse2$;", SqlName.Block("$pulse$ $pulse1$"));
    }

    [Fact]
    public void Protect_checks_first_and_grants_last()
    {
        var sql = TenantSchema.Protect("public", "t");

        Ordered(
            sql, "There is no table % to protect.", "is a partition or no table", "needs a column \"tenant_id text\"", "CREATE INDEX ON %s (tenant_id)", "SET NOT NULL;", "SET DEFAULT pulse.tenant_id();",
            "ENABLE ROW LEVEL SECURITY;", "FORCE ROW LEVEL SECURITY;", "CREATE POLICY pulse_tenant", "CREATE POLICY pulse_guard ON \"public\".\"t\" AS RESTRICTIVE FOR ALL TO PUBLIC",
            "REVOKE ALL ON TABLE \"public\".\"t\" FROM PUBLIC, pulse_app, pulse_operator, pulse_operator_write;", "DELETE ON TABLE \"public\".\"t\" TO pulse_app;");
    }

    [Fact]
    public void Unprotect_takes_the_grants_first() => Ordered(
        TenantSchema.Unprotect("public", "t"), "REVOKE ALL ON TABLE \"public\".\"t\" FROM PUBLIC, pulse_app", "DROP POLICY IF EXISTS pulse_tenant", "DROP POLICY IF EXISTS pulse_guard", "DISABLE ROW LEVEL SECURITY", "DROP DEFAULT;");

    [Fact]
    public void Partitions_get_both_policies_and_lose_their_grants() => Ordered(
        TenantSchema.ProtectPartitions("public", "t"), "is no partitioned table", "is not protected itself", "is a foreign table", "FORCE ROW LEVEL SECURITY", "CREATE POLICY pulse_tenant", "CREATE POLICY pulse_guard ON %s AS RESTRICTIVE", "REVOKE ALL ON TABLE %s FROM %s");

    [Fact]
    public void A_system_table_needs_a_reason()
    {
        Ordered(
            TenantSchema.SystemTable("s", "t", "it's ours"), "REVOKE ALL ON TABLE \"s\".\"t\" FROM PUBLIC;", "INSERT INTO pulse.system_table", "VALUES (E's', E't', E'it''s ours')", "ON CONFLICT (table_schema, table_name) DO UPDATE");
        Assert.Throws<ArgumentException>(() => TenantSchema.SystemTable("s", "t", " "));
    }

    [Fact]
    public void Keys_begin_with_the_tenant_once()
    {
        Ordered(
            TenantSchema.CompositeKey("public", "t", "k", ["a", "b"]), "IF NOT EXISTS (SELECT FROM pg_constraint", "c.conname = E'k'", "a.attname = 'tenant_id'",
            "ALTER TABLE \"public\".\"t\" DROP CONSTRAINT IF EXISTS \"k\", ADD CONSTRAINT \"k\" UNIQUE (tenant_id, \"a\", \"b\");");
        Assert.Contains("PRIMARY KEY (tenant_id, \"a\")", TenantSchema.CompositeKey("public", "t", "k", ["a"], primary: true), StringComparison.Ordinal);
        Ordered(
            TenantSchema.CompositeForeignKey(Key), "i.indisunique", "unnest(ARRAY[E'tenant_id', E'id'])", "ALTER TABLE \"public\".\"sites\" ADD UNIQUE (tenant_id, \"id\");",
            "c.conname = E'fk'", "FOREIGN KEY (tenant_id, \"site_id\") REFERENCES \"public\".\"sites\" (tenant_id, \"id\");");
    }

    [Fact]
    public void Keys_without_columns_and_missing_arguments_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TenantSchema.CompositeKey("public", "t", "k", []));
        Assert.Throws<ArgumentNullException>(() => TenantSchema.CompositeKey("public", "t", "k", null!));
        Assert.Throws<ArgumentNullException>(() => TenantSchema.CompositeForeignKey(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => TenantSchema.CompositeForeignKey(Key with { Columns = [] }));
    }

    [Fact]
    public void Sealing_writes_keys_function_and_rights_and_unsealing_takes_them_back()
    {
        Ordered(TenantSchema.Seal(), "CREATE TABLE IF NOT EXISTS pulse.seal_key", "REVOKE ALL ON TABLE pulse.seal_key FROM PUBLIC", "SECURITY DEFINER", "OWNER TO pulse_owner;", "GRANT EXECUTE ON FUNCTION pulse.tenant_id()");
        Ordered(TenantSchema.Unseal(), "current_setting('app.tenant_id', true)", "GRANT EXECUTE ON FUNCTION pulse.tenant_id()", "DROP FUNCTION IF EXISTS pulse.seal_key_add", "DROP TABLE IF EXISTS pulse.seal_key;");
    }

    [Fact]
    public void Bootstrap_has_every_part_and_leaves_a_seal_alone() => Ordered(
        TenantSchema.Bootstrap("db"), "-- Roles belong to the whole cluster", "DO $pulse$\nDECLARE", "current_database() <> E'db'", "$pulse$;", "REVOKE ALL ON DATABASE \"db\" FROM PUBLIC;",
        "REVOKE EXECUTE ON FUNCTION pg_catalog.set_config", "REVOKE EXECUTE ON FUNCTION pg_catalog.lo_creat(integer)", "REVOKE ALL ON SCHEMA public", "IF to_regclass('pulse.seal_key') IS NULL THEN",
        "CREATE OR REPLACE FUNCTION pulse.tenant_id()", "GRANT EXECUTE ON FUNCTION pulse.tenant_id()", "CREATE TABLE IF NOT EXISTS pulse.system_table", "CREATE TABLE IF NOT EXISTS pulse.operator_grant");

    private static void Ordered(string text, params string[] parts)
    {
        var from = 0;
        foreach (var part in parts)
        {
            var at = text.IndexOf(part, from, StringComparison.Ordinal);
            Assert.True(at >= 0, $"\"{part}\" is missing, or not in its place:\n{text}");
            from = at + part.Length;
        }
    }
}
