using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>Attacks by way of the schema rather than the connection: what hardening closes, and what is known to remain.</summary>
[Collection(PostgresTests.Name)]
public sealed class SchemaAttackTests(PostgresFixture postgres) : TenancyTest(postgres)
{
    private const string Steal = "SELECT count(*) FROM public.devices WHERE tenant_id = 'globex'";

    [Fact]
    public async Task A16_Constraints_on_a_tenants_table_cannot_be_made_by_the_tenant() =>
        Assert.Equal("42501", await RefusalAsync("ALTER TABLE public.devices ADD CONSTRAINT mine FOREIGN KEY (tenant_id, id) REFERENCES public.devices (tenant_id, id)"));

    [Theory]
    [InlineData("INSERT INTO public.serials (serial) VALUES ('s1')", "23505")]
    [InlineData("INSERT INTO public.serials (serial) VALUES ('s1') ON CONFLICT (serial) DO UPDATE SET serial = 'mine'", "42501")]
    public async Task A18_A_key_without_the_tenant_tells_and_the_doctor_says_so(string sql, string told)
    {
        await Database.AsOwnerAsync("CREATE TABLE public.serials (tenant_id text NOT NULL, serial text, CONSTRAINT serials_key UNIQUE (serial)); " + TenantSchema.Protect("public", "serials"));
        await Tenants.CreateBatch(Globex).Add("INSERT INTO public.serials (serial) VALUES ('s1')").ExecuteAsync();

        Assert.Equal(told, await RefusalAsync(sql));
        Assert.Contains(await FindingsAsync(), finding => finding.Rule.Id == "T08");
    }

    [Fact]
    public async Task A22_A_view_of_the_owner_is_bound_by_force_and_one_that_invokes_by_its_reader()
    {
        await Database.AsOwnerAsync(
            "CREATE VIEW public.owners AS SELECT * FROM public.devices; CREATE VIEW public.readers WITH (security_invoker = true) AS SELECT * FROM public.devices; GRANT SELECT ON public.owners, public.readers TO pulse_app");

        Assert.Equal(0, await Tenants.CreateBatch(Acme).Add("SELECT count(*) FROM public.owners WHERE tenant_id = 'globex'").ExecuteScalarAsync<long>());
        Assert.Equal(10, await Tenants.CreateBatch(Acme).Add("SELECT count(*) FROM public.readers").ExecuteScalarAsync<long>());
        Assert.Contains(await FindingsAsync(), finding => finding is { Rule.Id: "T12", Severity: DoctorSeverity.Warning, Place: "view public.owners" });
    }

    [Fact]
    public async Task A22_What_a_superuser_made_leaks_and_the_doctor_finds_each()
    {
        await Database.AsSuperuserAsync(
            "CREATE VIEW public.all_rows AS SELECT * FROM public.devices; CREATE MATERIALIZED VIEW public.kept AS SELECT * FROM public.devices; "
            + "CREATE FUNCTION public.counted() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM public.devices'; GRANT SELECT ON public.all_rows, public.kept TO pulse_app");

        Assert.Equal(11, await Tenants.CreateBatch(Acme).Add("SELECT count(*) FROM public.all_rows WHERE tenant_id = 'globex'").ExecuteScalarAsync<long>());
        Assert.Equal(11, await Tenants.CreateBatch(Acme).Add("SELECT count(*) FROM public.kept WHERE tenant_id = 'globex'").ExecuteScalarAsync<long>());
        Assert.Equal(21, await Tenants.CreateBatch(Acme).Add("SELECT public.counted()").ExecuteScalarAsync<long>());
        Assert.Equal(["T12", "T13", "T15"], (await FindingsAsync()).Where(finding => finding.Severity == DoctorSeverity.Error).Select(finding => finding.Rule.Id));
    }

    [Fact]
    public async Task A28_The_size_of_all_tenants_together_remains_to_be_seen()
    {
        await Database.AsSuperuserAsync("ANALYZE public.devices");

        // No grant hides pg_class: the README says so.
        Assert.Equal(21, await Tenants.CreateBatch(Acme).Add("SELECT reltuples::bigint FROM pg_class WHERE relname = 'devices'").ExecuteScalarAsync<long>());
        await Database.AsOwnerAsync("CREATE SEQUENCE public.numbers; GRANT USAGE ON SEQUENCE public.numbers TO pulse_app");
        Assert.Equal("42501", await RefusalAsync("SELECT last_value FROM public.numbers"));
    }

    [Theory]
    [InlineData("SELECT lo_from_bytea(0, 'mine')")]
    [InlineData("SELECT lo_create(0)")]
    [InlineData("SELECT lo_creat(-1)")]
    public async Task A30_Large_objects_which_know_no_tenant_cannot_be_made(string sql) => Assert.Equal("42501", await RefusalAsync(sql));

    [Fact]
    public async Task A30_A_channel_is_every_tenants_and_remains() =>
        // No grant guards NOTIFY: the README says to keep tenants' data out of it.
        await Tenants.CreateBatch(Acme).Add("NOTIFY anything, 'to whoever listens'").ExecuteAsync();

    [Fact]
    public async Task A31_A_role_cannot_be_taken_inside_a_function_with_owners_rights()
    {
        await Database.AsSuperuserAsync(
            "CREATE FUNCTION public.climb() RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$ SELECT set_config('role', 'pulse_operator', true) $$; GRANT EXECUTE ON FUNCTION public.climb() TO pulse_app");

        Assert.Equal("42501", await RefusalAsync("SELECT public.climb()", Steal));
        Assert.Contains(await FindingsAsync(), finding => finding.Rule.Id == "T15");
    }

    [Fact]
    public async Task A38_A_row_of_nobody_cannot_be_written()
    {
        Assert.Equal("42501", await RefusalAsync("INSERT INTO public.devices (tenant_id, id) VALUES (NULL, 'nobody')"));
        Assert.Equal("42501", await RefusalAsync("UPDATE public.devices SET tenant_id = NULL"));
    }

    [Theory]
    [InlineData("SELECT pg_read_file('/etc/passwd')")]
    [InlineData("COPY public.devices TO PROGRAM 'cat'")]
    [InlineData("COPY public.devices FROM '/etc/passwd'")]
    [InlineData("CREATE EXTENSION dblink")]
    [InlineData("CREATE PUBLICATION feed FOR TABLE public.devices")]
    [InlineData("SELECT pg_create_logical_replication_slot('s', 'pgoutput')")]
    [InlineData("SELECT lo_import('/etc/passwd')")]
    public async Task A39_The_ways_out_of_the_database_are_closed(string sql) => Assert.Equal("42501", await RefusalAsync(sql));

    [Fact]
    public async Task A40_A_policy_that_asks_another_table_is_found()
    {
        await Database.AsOwnerAsync(
            "CREATE TABLE public.members (tenant_id text NOT NULL, device text, PRIMARY KEY (tenant_id, device)); CREATE POLICY shared ON public.devices FOR SELECT USING (tenant_id = (SELECT pulse.tenant_id()) AND id IN (SELECT device FROM public.members))");

        Assert.Contains(await FindingsAsync(), finding => finding is { Rule.Id: "T39", Place: "policy shared on public.devices" });
    }

    private async Task<IReadOnlyList<DoctorFinding>> FindingsAsync()
    {
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString("pulse_app_login") + ";Pooling=false");
        return (await new TenancyDoctor(DoctorDatabase.Quiet()).InspectAsync(source, CancellationToken.None)).Findings;
    }
}
