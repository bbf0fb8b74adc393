using Npgsql;
using Pulse.ReferenceHost.Development;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>What the schema's scripts make of a table, and what they refuse.</summary>
[Collection(PostgresTests.Name)]
public sealed class SchemaTests(PostgresFixture postgres) : TenancyTest(postgres)
{
    private static readonly TenantForeignKey SiteKey = new()
    {
        Schema = "public",
        Table = "meters",
        Constraint = "meters_site_fkey",
        Columns = ["site_id"],
        ReferencedSchema = "public",
        ReferencedTable = "sites",
        ReferencedColumns = ["id"],
        OnDelete = TenantReferentialAction.SetNull,
    };

    [Fact]
    public async Task Protect_adds_the_default_and_an_index_led_by_the_tenant_only_where_none_is()
    {
        await Database.AsOwnerAsync("CREATE TABLE public.notes (id int PRIMARY KEY, tenant_id text, body text)");
        await Database.AsOwnerAsync(TenantSchema.Protect("public", "notes"));
        await Database.AsOwnerAsync(TenantSchema.Protect("public", "notes"));

        await Tenants.CreateBatch(Acme).Add("INSERT INTO notes (id) VALUES (1)").ExecuteAsync();

        Assert.Equal("acme", await Tenants.CreateBatch(Acme).Add("SELECT tenant_id FROM notes").ExecuteScalarAsync<string>());
        Assert.Equal(2, await IndexesAsync("notes"));
        Assert.Equal(1, await IndexesAsync("devices"));
    }

    [Theory]
    [InlineData("There is no table \"public\".\"absent\"", "absent", "SELECT 1")]
    [InlineData("needs a column \"tenant_id text\" and has none", "none", "CREATE TABLE public.none (id int)")]
    [InlineData("needs a column \"tenant_id text\" and has tenant_id uuid", "typed", "CREATE TABLE public.typed (tenant_id uuid)")]
    [InlineData("is a partition or no table", "v", "CREATE VIEW public.v AS SELECT 'a'::text AS tenant_id")]
    [InlineData("contains null values", "nulls", "CREATE TABLE public.nulls (tenant_id text); INSERT INTO public.nulls VALUES (NULL)")]
    public async Task Protect_says_why_a_table_cannot_be_protected(string expected, string table, string create)
    {
        await Database.AsOwnerAsync(create);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => Database.AsOwnerAsync(TenantSchema.Protect("public", table)));

        Assert.Contains(expected, refusal.MessageText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_script_leaves_the_same_catalog_when_it_runs_again()
    {
        string[] scripts =
        [
            TenantSchema.Protect("public", "readings"), TenantSchema.ProtectPartitions("public", "readings"),
            TenantSchema.SystemTable("public", "jobs", "work of the platform"),
            TenantSchema.CompositeKey("public", "sites", "sites_pkey", ["id"], primary: true),
            TenantSchema.CompositeForeignKey(SiteKey),
        ];
        await Database.AsOwnerAsync(
            "CREATE TABLE public.readings (tenant_id text NOT NULL, v int) PARTITION BY LIST (tenant_id); "
            + "CREATE TABLE public.readings_acme PARTITION OF public.readings FOR VALUES IN ('acme'); CREATE TABLE public.jobs (id int); "
            + "CREATE TABLE public.sites (id int CONSTRAINT sites_pkey PRIMARY KEY, tenant_id text NOT NULL); "
            + "CREATE TABLE public.meters (tenant_id text NOT NULL, site_id int)");
        foreach (var script in scripts)
        {
            await Database.AsOwnerAsync(script);
        }

        var first = await DumpAsync();
        foreach (var script in scripts)
        {
            await PsqlAsync(script);
        }

        Assert.Equal(first, await DumpAsync());
    }

    [Fact]
    public async Task Partitions_get_the_policies_and_lose_the_grants_and_later_ones_with_the_next_run()
    {
        await Database.AsOwnerAsync(
            "CREATE TABLE public.parts (tenant_id text NOT NULL, v int) PARTITION BY LIST (tenant_id); CREATE TABLE public.parts_globex PARTITION OF public.parts FOR VALUES IN ('globex')");
        await Database.AsOwnerAsync(TenantSchema.Protect("public", "parts"));
        await Tenants.CreateBatch(Globex).Add("INSERT INTO parts (v) VALUES (1)").ExecuteAsync();
        await Database.AsOwnerAsync("GRANT SELECT ON public.parts_globex TO PUBLIC; CREATE TABLE public.parts_acme PARTITION OF public.parts FOR VALUES IN ('acme')");

        await Database.AsOwnerAsync(TenantSchema.ProtectPartitions("public", "parts"));

        Assert.Equal("42501", await RefusalAsync("SELECT * FROM parts_globex"));
        await Database.AsOwnerAsync("GRANT SELECT ON public.parts_globex, public.parts_acme TO pulse_app");
        Assert.Equal(0, await Tenants.CreateBatch(Acme).Add("SELECT count(*) FROM parts_globex").ExecuteScalarAsync<long>());
    }

    [Theory]
    [InlineData("devices", "is no partitioned table")]
    [InlineData("bare", "is not protected itself")]
    public async Task Partitions_of_what_has_none_or_is_open_are_refused(string table, string expected)
    {
        await Database.AsOwnerAsync("CREATE TABLE IF NOT EXISTS public.bare (tenant_id text NOT NULL) PARTITION BY LIST (tenant_id)");

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => Database.AsOwnerAsync(TenantSchema.ProtectPartitions("public", table)));

        Assert.Contains(expected, refusal.MessageText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unprotect_leaves_the_table_to_its_owner_alone()
    {
        await Database.AsOwnerAsync("CREATE TABLE public.gone (tenant_id text NOT NULL, id int)");
        await Database.AsOwnerAsync(TenantSchema.Protect("public", "gone"));
        await Tenants.CreateBatch(Globex).Add("INSERT INTO gone (id) VALUES (1)").ExecuteAsync();

        await Database.AsOwnerAsync(TenantSchema.Unprotect("public", "gone"));
        await Database.AsOwnerAsync(TenantSchema.Unprotect("public", "gone"));

        Assert.Equal("42501", await RefusalAsync("SELECT * FROM gone"));
        await Database.AsOwnerAsync("DO $$ BEGIN ASSERT (SELECT count(*) FROM public.gone) = 1; END $$");
    }

    [Fact]
    public async Task A18_A19_A20_Composite_keys_tell_nothing_and_touch_nothing_of_another_tenant()
    {
        await Database.AsOwnerAsync(
            "CREATE TABLE public.sites (tenant_id text NOT NULL, id int CONSTRAINT sites_pkey PRIMARY KEY); "
            + "CREATE TABLE public.meters (tenant_id text NOT NULL, id int, site_id int CONSTRAINT meters_site_fkey REFERENCES public.sites ON DELETE SET NULL, PRIMARY KEY (tenant_id, id))");
        await Database.AsOwnerAsync(TenantSchema.CompositeForeignKey(SiteKey) + TenantSchema.CompositeKey("public", "sites", "sites_pkey", ["id"], primary: true));
        await Database.AsOwnerAsync(TenantSchema.Protect("public", "sites") + TenantSchema.Protect("public", "meters"));
        await Tenants.CreateBatch(Globex).Add("INSERT INTO sites (id) VALUES (77)").Add("INSERT INTO meters (id, site_id) VALUES (1, 77)").ExecuteAsync();

        Assert.Equal("23503", await RefusalAsync("INSERT INTO meters (id, site_id) VALUES (1, 77)"));
        Assert.Equal("23503", await RefusalAsync("INSERT INTO meters (id, site_id) VALUES (1, 424242)"));
        Assert.Equal(1, await Tenants.CreateBatch(Acme).Add("INSERT INTO sites (id) VALUES (77)").ExecuteAsync());
        await Tenants.CreateBatch(Acme).Add("DELETE FROM sites").ExecuteAsync();
        Assert.Equal(77, await Tenants.CreateBatch(Globex).Add("SELECT site_id FROM meters").ExecuteScalarAsync<int>());
        await Tenants.CreateBatch(Globex).Add("DELETE FROM sites").ExecuteAsync();
        Assert.Equal("globex", await Tenants.CreateBatch(Globex).Add("SELECT tenant_id FROM meters WHERE site_id IS NULL").ExecuteScalarAsync<string>());
    }

    [Fact]
    public async Task Names_that_look_like_SQL_stay_names()
    {
        const string Odd = "x'\"$pulse$; DROP TABLE public.devices; --";
        await Database.AsOwnerAsync($"CREATE TABLE public.\"{Odd.Replace("\"", "\"\"", StringComparison.Ordinal)}\" (tenant_id text) PARTITION BY LIST (tenant_id)");

        await Database.AsOwnerAsync(
            TenantSchema.Protect("public", Odd) + TenantSchema.ProtectPartitions("public", Odd) + TenantSchema.SystemTable("public", Odd, Odd) + TenantSchema.Unprotect("public", Odd));

        await AssertIsolatedAsync();
    }

    private Task<long> IndexesAsync(string table) =>
        Database.ScalarAsSuperuserAsync<long>($"SELECT count(*) FROM pg_indexes WHERE schemaname = 'public' AND tablename = '{table}'");

    // pg_dump writes the whole schema in one order and without object numbers; only its session's token differs.
    private async Task<string> DumpAsync()
    {
        var dump = await Tool.RunAsync("pg_dump", [Psql.Uri(Database.SuperuserConnectionString)], CancellationToken.None);
        return string.Join('\n', dump.Split('\n').Where(line => !line.Contains("restrict ", StringComparison.Ordinal)));
    }

    private async Task PsqlAsync(string script)
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sql");
        await File.WriteAllTextAsync(file, "SET ROLE pulse_owner;\n" + script);
        try
        {
            var (exitCode, output) = await Tool.TryRunAsync(
                "psql", [Psql.Uri(Database.ConnectionString("pulse_migrator")), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file], CancellationToken.None);
            Assert.True(exitCode == 0, output);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
