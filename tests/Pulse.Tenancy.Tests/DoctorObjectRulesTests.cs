using static Pulse.Tenancy.Tests.DoctorCatalog;

namespace Pulse.Tenancy.Tests;

/// <summary>Keys, views and functions.</summary>
public sealed class DoctorObjectRulesTests
{
    private static readonly TableFacts Meters = Sites with { Name = "meters" };
    private static readonly KeyFacts Key = new() { Schema = "public", Table = "sites", Name = "k", Constraint = "u", Columns = ["serial"], Definition = "not asked" };
    private static readonly ViewFacts View = new() { Schema = "public", Name = "v", Kind = "v", Owner = "pulse_owner", Reads = [new("public", "sites")] };
    private static readonly FunctionFacts Code = new() { Schema = "public", Name = "f", Arguments = "n integer", Owner = "pulse_owner", Definer = true, HasSearchPath = true };

    private static readonly ForeignKeyFacts Link = new()
    {
        Schema = "public",
        Table = "meters",
        Name = "fk",
        Columns = ["site_id"],
        Referenced = new("public", "sites"),
        ReferencedColumns = ["id"],
        OnDelete = "a",
    };

    private static readonly CatalogSnapshot Two = With(Sites, Meters) with { Policies = [Own, Guard, Own with { Table = "meters" }, Guard with { Table = "meters" }] };

    [Theory]
    [InlineData("u", "UNIQUE")]
    [InlineData("p", "PRIMARY KEY")]
    public void T08_A_constraint_without_the_tenant(string kind, string words) => Finds(
        Sound with { Keys = [Key with { Constraint = kind }] }, "T08", DoctorSeverity.Warning, "constraint k on public.sites", "Unique over all tenants: serial.",
        $"ALTER TABLE \"public\".\"sites\" DROP CONSTRAINT IF EXISTS \"k\", ADD CONSTRAINT \"k\" {words} (tenant_id, \"serial\");");

    [Fact]
    public void Lists_are_written_with_commas()
    {
        string Message(CatalogSnapshot catalog) => Assert.Single(Judge(catalog)).Message;

        Assert.Equal("Unique over all tenants: serial, site.", Message(Sound with { Keys = [Key with { Columns = ["serial", "site"] }] }));
        Assert.StartsWith(
            "It refers to public.sites (id, part) without the tenant.",
            Message(Two with { ForeignKeys = [Link with { Columns = ["site_id", "part"], ReferencedColumns = ["id", "part"] }] }),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "It reads public.sites, public.meters as pulse_owner", Message(Two with { Views = [View with { Reads = [new("public", "sites"), new("public", "meters")] }] }), StringComparison.Ordinal);
        Assert.Equal(
            "It publishes public.sites, public.meters without a row filter.",
            Message(Two with { Places = new() { Publications = [new("p", false, [new("public", "sites"), new("public", "meters")])] } }));
    }

    [Fact]
    public void T08_An_index_without_the_tenant() => Finds(
        Sound with { Keys = [Key with { Constraint = null, HasExpressions = true, Definition = "CREATE UNIQUE INDEX k ON public.sites USING btree (lower(serial)) WHERE a" }] },
        "T08", DoctorSeverity.Warning, "index k on public.sites", "Unique over all tenants: an expression.",
        "DROP INDEX \"public\".\"k\";\nCREATE UNIQUE INDEX k ON public.sites USING btree (tenant_id, lower(serial)) WHERE a;");

    [Fact]
    public void T08_A_key_that_is_referred_to_is_left_to_a_person_and_other_tables_keys_alone()
    {
        Finds(Sound with { Keys = [Key with { IsReferenced = true }] }, "T08", DoctorSeverity.Warning, "constraint k on public.sites", "Unique over all tenants: serial.", null);
        Assert.Empty(Judge(Sound with { Keys = [Key with { Columns = ["serial", "tenant_id"] }, Key with { Table = "units" }] }));
    }

    [Theory]
    [InlineData("a", "", "")]
    [InlineData("r", "", " ON DELETE RESTRICT")]
    [InlineData("c", " Deleting a row there changes other tenants' rows here.", " ON DELETE CASCADE")]
    [InlineData("n", " Deleting a row there changes other tenants' rows here.", " ON DELETE SET NULL (\"site_id\")")]
    [InlineData("d", " Deleting a row there changes other tenants' rows here.", " ON DELETE SET DEFAULT (\"site_id\")")]
    public void T09_A_foreign_key_without_the_tenant(string onDelete, string warning, string action)
    {
        var foreign = "ALTER TABLE \"public\".\"meters\" DROP CONSTRAINT IF EXISTS \"fk\", ADD CONSTRAINT \"fk\" FOREIGN KEY (tenant_id, \"site_id\") "
            + $"REFERENCES \"public\".\"sites\" (tenant_id, \"id\"){action};";
        var catalog = Two with { ForeignKeys = [Link with { OnDelete = onDelete }] };
        var key = Key with { Constraint = "p", Columns = ["id", "tenant_id"] };

        void Expect(CatalogSnapshot judged, string fix) => Finds(
            judged, "T09", DoctorSeverity.Error, "constraint fk on public.meters", $"It refers to public.sites (id) without the tenant.{warning}", fix);

        const string Add = "ALTER TABLE \"public\".\"sites\" ADD UNIQUE (tenant_id, \"id\");\n";
        Expect(catalog, Add + foreign);
        Expect(catalog with { Keys = [key] }, foreign);
        Expect(catalog with { Keys = [key with { IsPartial = true }] }, Add + foreign);
        Expect(catalog with { Keys = [key with { HasExpressions = true }] }, Add + foreign);
        Expect(catalog with { Keys = [key with { Columns = ["tenant_id", "other"] }] }, Add + foreign);
        Expect(catalog with { Keys = [key with { Table = "meters" }] }, Add + foreign);
    }

    [Fact]
    public void T09_Says_nothing_where_tenants_are_paired_or_the_other_table_is_no_tenants()
    {
        Assert.Empty(Judge(Two with { ForeignKeys = [Link with { Columns = ["tenant_id", "site_id"], ReferencedColumns = ["tenant_id", "id"] }] }));
        Assert.Empty(Judge(Two with { ForeignKeys = [Link with { Referenced = new("public", "units") }] }));
        Assert.Empty(Judge(Two with { ForeignKeys = [Link with { Table = "units" }] }));
        Assert.Single(Judge(Two with { ForeignKeys = [Link with { Columns = ["tenant_id", "site_id"], ReferencedColumns = ["id", "tenant_id"] }] }));
    }

    [Fact]
    public void T12_A_view_with_its_owners_rights()
    {
        const string Fix = "ALTER VIEW \"public\".\"v\" SET (security_invoker = true);";
        Finds(Sound with { Views = [View] }, "T12", DoctorSeverity.Warning, "view public.v", "It reads public.sites as pulse_owner, whom the policies happen to bind today.", Fix);
        Finds(Sound with { Views = [View with { Owner = "postgres", OwnerBypasses = true }] }, "T12", DoctorSeverity.Error, "view public.v", "It reads public.sites as postgres, whom no policy binds.", Fix);
        Assert.Contains(Judge(With(Sites with { Forced = false }) with { Views = [View] }), finding => finding is { Rule.Id: "T12", Severity: DoctorSeverity.Error });
        Assert.Contains(Judge(With(Sites with { RowSecurity = false }) with { Views = [View] }), finding => finding is { Rule.Id: "T12", Severity: DoctorSeverity.Error });
        Assert.Empty(Judge(Sound with { Views = [View with { SecurityInvoker = true }, View with { Reads = [new("public", "units")] }] }));
    }

    [Fact]
    public void T12_A_view_of_a_system_table() => Finds(
        With(Sites, new TableFacts { Schema = "pulse", Name = "operator_grant", Owner = "pulse_owner" }) with { Views = [View with { Reads = [new("pulse", "operator_grant")] }] },
        "T12", DoctorSeverity.Error, "view public.v", "It reads pulse.operator_grant as pulse_owner, whom no policy binds.", "ALTER VIEW \"public\".\"v\" SET (security_invoker = true);");

    [Fact]
    public void T13_T14_What_can_have_no_policy()
    {
        const string Fix = $"REVOKE ALL ON TABLE \"public\".\"v\" FROM {Everybody};";
        Finds(Sound with { Views = [View with { Kind = "m" }] }, "T13", DoctorSeverity.Error, "materialized view public.v", "Tenants' statements may read it, and it keeps rows of public.sites.", Fix);
        Finds(Sound with { Views = [View with { Kind = "f", Reads = [] }] }, "T14", DoctorSeverity.Error, "foreign table public.v", "Tenants' statements may reach it.", Fix);
    }

    [Fact]
    public void T15_A_function_with_its_owners_rights()
    {
        const string Fix = $"REVOKE EXECUTE ON FUNCTION \"public\".\"f\"(n integer) FROM {Everybody};";
        Finds(Sound with { Functions = [Code with { Executable = true }] }, "T15", DoctorSeverity.Warning, "function public.f(n integer)", "Tenants' statements may run it as pulse_owner.", Fix);
        Finds(
            Sound with { Functions = [Code with { Executable = true, Owner = "postgres", OwnerBypasses = true }] }, "T15", DoctorSeverity.Error, "function public.f(n integer)",
            "Tenants' statements may run it as postgres, whom no policy binds.", Fix);
        Assert.Empty(Judge(Sound with { Functions = [Code, Code with { Definer = false, Executable = true, HasSearchPath = false }] }));
    }

    [Theory]
    [InlineData("pulse", "tenant_id", "", false, 0)]
    [InlineData("public", "tenant_id", "", false, 1)]
    [InlineData("pulse", "other", "", false, 1)]
    [InlineData("pulse", "tenant_id", "n integer", false, 1)]
    [InlineData("pulse", "tenant_id", "", true, 1)]
    public void T15_Only_the_sealed_tenant_function_is_excused(string schema, string name, string arguments, bool bypasses, int findings) =>
        Assert.Equal(findings, Judge(Sound with { Functions = [new() { Schema = schema, Name = name, Arguments = arguments, Owner = "pulse_owner", OwnerBypasses = bypasses, Definer = true, HasSearchPath = true, Executable = true }] }).Count);

    [Fact]
    public void T16_T17_T30_Functions_and_triggers()
    {
        Finds(
            Sound with { Functions = [Code with { HasSearchPath = false }] }, "T16", DoctorSeverity.Warning, "function public.f(n integer)",
            "It sets no search_path; names in it that have no schema must be given one.", "ALTER FUNCTION \"public\".\"f\"(n integer) SET search_path = pg_catalog, pg_temp;");
        Finds(
            Sound with { Functions = [Code with { Definer = false, Leakproof = true }] }, "T17", DoctorSeverity.Error, "function public.f(n integer)",
            "It is marked LEAKPROOF.", "ALTER FUNCTION \"public\".\"f\"(n integer) NOT LEAKPROOF;");
        Assert.Equal("T30", Assert.Single(Judge(Two with { Functions = [Code with { IsTrigger = true, TriggerOn = [new("public", "meters")] }] })).Rule.Id);
        var trigger = Code with { IsTrigger = true, Executable = true, TriggerOn = [new("public", "sites"), new("public", "units"), new("other", "sites")] };
        Finds(
            Sound with { Functions = [trigger] }, "T30", DoctorSeverity.Warning, "function public.f(n integer)",
            "It runs as pulse_owner for each change of public.sites.", "ALTER FUNCTION \"public\".\"f\"(n integer) SECURITY INVOKER;");
    }
}
