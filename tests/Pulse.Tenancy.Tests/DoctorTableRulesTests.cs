using static Pulse.Tenancy.Tests.DoctorCatalog;

namespace Pulse.Tenancy.Tests;

public sealed class DoctorTableRulesTests
{
    private const string Table = "table public.sites";
    private static readonly TableFacts Units = new() { Schema = "public", Name = "Units", Owner = "pulse_owner" };
    private static readonly TableFacts Part = Sites with { Name = "part", IsPartition = true, Root = new("public", "sites"), Rights = [] };

    [Fact]
    public void Has_nothing_to_say_to_a_sound_catalog() => Assert.Empty(Judge(Sound));

    [Fact]
    public void T01_A_tenants_table_without_row_security() => Finds(
        With(Sites with { RowSecurity = false }), "T01", DoctorSeverity.Error, Table,
        "Open to tenants' statements (SELECT, INSERT) without row security: TenantSchema.Protect closes it.", TenantSchema.Protect("public", "sites").Trim());

    [Fact]
    public void T01_A_table_of_nobody_that_all_write() => Finds(
        With(Sites, Units with { Rights = ["SELECT", "DELETE"] }), "T01", DoctorSeverity.Error, "table public.\"Units\"",
        "It has no tenant_id, and each tenant changes the rows of all (SELECT, DELETE).", $"REVOKE INSERT, UPDATE, DELETE ON TABLE \"public\".\"Units\" FROM {Everybody};");

    [Theory]
    [InlineData("INSERT")]
    [InlineData("UPDATE")]
    [InlineData("DELETE")]
    public void T01_Any_right_to_change_rows_counts(string right) =>
        Assert.Equal("T01", Assert.Single(Judge(With(Sites, Units with { Rights = [right] }))).Rule.Id);

    [Fact]
    public void T01_A_table_of_nobody_that_all_read() => Finds(
        With(Sites, Units with { Rights = ["SELECT"] }), "T01", DoctorSeverity.Warning, "table public.\"Units\"",
        "It has no tenant_id: every tenant reads the same rows. Accept it if they are meant for all.", null);

    [Theory]
    [InlineData("pulse", "operator_grant")]
    [InlineData("pulse", "system_table_")]
    [InlineData("pulse_", "system_table")]
    public void T01_A_system_table_open_to_tenants(string schema, string name) => Finds(
        With(Sites, Units with { Schema = schema, Name = name, Rights = ["SELECT"] }) with { SystemTables = [new(schema, name)] },
        "T01", DoctorSeverity.Error, $"table {schema}.{name}",
        "A system table without row security is open to tenants' statements: SELECT.", $"REVOKE ALL ON TABLE \"{schema}\".\"{name}\" FROM {Everybody};");

    [Fact]
    public void T01_The_list_of_system_tables_may_be_read_and_not_written()
    {
        var list = Units with { Schema = "pulse", Name = "system_table" };

        Assert.Empty(Judge(With(Sites, list with { Rights = ["SELECT"] })));
        Assert.Single(Judge(With(Sites, list with { Rights = ["SELECT", "INSERT"] })));
        Assert.Single(Judge(With(Sites, list with { Rights = ["INSERT"] })));
    }

    [Fact]
    public void T01_Nothing_is_said_of_tables_nobody_may_touch_or_whose_rows_are_guarded()
    {
        Assert.Empty(Judge(With(Sites, Units)));
        Assert.Empty(Judge(With(Sites, Units with { Rights = ["SELECT"], RowSecurity = true })));
        Assert.Empty(Judge(With(Sites, Sites with { Name = "idle", RowSecurity = false, Rights = [], TenantNotNull = false })));
    }

    [Fact]
    public void T02_Row_security_that_spares_the_owner() => Finds(
        With(Sites with { Forced = false }), "T02", DoctorSeverity.Error, Table,
        "Its owner pulse_owner is bound by no policy.", "ALTER TABLE \"public\".\"sites\" FORCE ROW LEVEL SECURITY;");

    [Fact]
    public void T03_No_policy_shows_anything() => Finds(
        Sound with { Policies = [Guard, Own with { Name = "theirs", AppliesToApp = false }] }, "T03", DoctorSeverity.Warning, Table,
        "No policy shows a tenant its rows.", ProtectSql.OwnPolicy("\"public\".\"sites\""));

    [Fact]
    public void T05_A_partition_that_may_be_reached() => Finds(
        With(Sites, Part with { Rights = ["SELECT", "INSERT"] }), "T05", DoctorSeverity.Error, "table public.part",
        "Tenants' statements may reach this partition past its table (SELECT, INSERT): TenantSchema.ProtectPartitions closes it.", TenantSchema.ProtectPartitions("public", "sites").Trim());

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    public void T05_A_partition_without_its_tables_policies(bool rowSecurity, bool forced, bool guarded) => Finds(
        With(Sites, Part with { RowSecurity = rowSecurity, Forced = forced }) with { Policies = [Own, Guard, .. guarded ? new[] { Guard with { Table = "part" } } : []] },
        "T05", DoctorSeverity.Warning, "table public.part",
        "It has not the policies of its table: one GRANT would open it. TenantSchema.ProtectPartitions brings them.", TenantSchema.ProtectPartitions("public", "sites").Trim());

    [Fact]
    public void T05_A_partition_is_closed_by_its_guard_or_by_having_no_policy_that_opens()
    {
        Assert.Empty(Judge(With(Sites, Part)));
        Assert.Empty(Judge(With(Sites, Part) with { Policies = [Own, Guard, Own with { Table = "part" }, Guard with { Table = "part" }] }));
        Assert.Equal("T05", Assert.Single(Judge(With(Sites, Part) with { Policies = [Own, Guard, Own with { Table = "part" }] })).Rule.Id);
        Assert.Empty(Judge(With(Sites, Part with { RowSecurity = false, Root = new("public", "units") }, Units with { Name = "units" })));
        Assert.Empty(Judge(With(Sites, Part with { RowSecurity = false, Root = null })));
        Assert.Empty(Judge(With(Sites with { RowSecurity = false, Rights = [] }, Part with { RowSecurity = false }) with { Policies = [] }));
    }

    [Fact]
    public void T05_A_system_tables_partition_is_judged_as_a_system_table()
    {
        var catalog = With(Sites, Part with { Root = new("audit", "event"), Rights = ["SELECT"], RowSecurity = false }) with { SystemTables = [new("audit", "event")] };

        Assert.Equal(["T01", "T41"], Judge(catalog).Select(finding => finding.Rule.Id));
        var listed = Part with { Root = new("public", "sites"), Rights = ["SELECT"], RowSecurity = true };
        Assert.Empty(Judge(With(Sites, listed) with { SystemTables = [new("public", "sites")], Policies = [] }));
    }

    [Fact]
    public void T06_T07_T36_What_Protect_adds()
    {
        Finds(With(Sites with { TenantNotNull = false }), "T06", DoctorSeverity.Error, Table, "tenant_id may be null.", "ALTER TABLE \"public\".\"sites\" ALTER COLUMN tenant_id SET NOT NULL;");
        Finds(With(Sites with { TenantIndex = false }), "T07", DoctorSeverity.Warning, Table, "No index begins with tenant_id.", "CREATE INDEX ON \"public\".\"sites\" (tenant_id);");
        Finds(With(Sites with { TenantDefault = null }), "T36", DoctorSeverity.Warning, Table, "tenant_id has no default.", "ALTER TABLE \"public\".\"sites\" ALTER COLUMN tenant_id SET DEFAULT pulse.tenant_id();");
        Assert.Empty(Judge(With(Sites with { TenantDefault = null, Rights = ["SELECT"] })));
    }

    [Fact]
    public void T41_A_system_table_that_is_gone() => Finds(
        Sound with { SystemTables = [new("public", "o'ld")] }, "T41", DoctorSeverity.Note, "table public.\"o'ld\"",
        "It is in the list of system tables and does not exist.", "DELETE FROM pulse.system_table WHERE table_schema = E'public' AND table_name = E'o''ld';");
}
