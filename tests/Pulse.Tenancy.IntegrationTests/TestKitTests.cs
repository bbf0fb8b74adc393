using Npgsql;
using Pulse.Tenancy.Testing;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>The kit on a sound schema, as an application team uses it, and on schemas with one fault each.</summary>
[Collection(PostgresTests.Name)]
public sealed class TestKitTests(DoctorDatabase doctor, SealedSqlDatabase @sealed) : IClassFixture<DoctorDatabase>, IClassFixture<SealedSqlDatabase>
{
    public static TheoryData<string> Attacks => [.. TenantIsolationKit.AttackIds];

    /// <summary>The attack that must notice, and what makes it succeed.</summary>
    public static TheoryData<string, string, string> Faults => new()
    {
        { "A2", "pulse.tenant_id", "CREATE OR REPLACE FUNCTION pulse.tenant_id() RETURNS text LANGUAGE sql STABLE AS $$ SELECT coalesce(nullif(current_setting('app.tenant_id', true), ''), 'isolation-b') $$" },
        { "read", "table public.sites", "CREATE POLICY oops ON public.sites USING (true); DROP POLICY pulse_guard ON public.sites" },
        { "read", "table public.sites", "DROP POLICY pulse_tenant ON public.sites" },
        { "A1", "table public.sites", "GRANT USAGE ON SCHEMA public TO pulse_app_login; GRANT SELECT ON public.sites TO pulse_app_login; ALTER TABLE public.sites DISABLE ROW LEVEL SECURITY" },
        { "A5", "table public.sites", "ALTER ROLE pulse_app_login BYPASSRLS INHERIT" },
        { "A7", "table public.sites", "GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO pulse_app" },
        { "A13-insert", "table public.sites", "DROP POLICY pulse_guard ON public.sites; CREATE POLICY anything ON public.sites FOR INSERT WITH CHECK (true)" },
        { "A13-insert", "table public.numbered", "CREATE TABLE public.numbered (tenant_id text NOT NULL, id int, CONSTRAINT small CHECK (id <> 30003)); GRANT SELECT, INSERT ON public.numbered TO pulse_app; CREATE UNIQUE INDEX ON public.numbered (tenant_id, id)" },
        { "A13-move", "table public.units_of", "CREATE TABLE public.units_of (tenant_id text NOT NULL); GRANT SELECT, UPDATE ON public.units_of TO pulse_app" },
        { "A13-update", "table public.units_of", "CREATE TABLE public.units_of (tenant_id text NOT NULL); GRANT SELECT, UPDATE ON public.units_of TO pulse_app" },
        { "A13-delete", "table public.units_of", "CREATE TABLE public.units_of (tenant_id text NOT NULL); GRANT SELECT, DELETE ON public.units_of TO pulse_app" },
        { "A15", "table public.sites", "ALTER ROLE pulse_app BYPASSRLS" },
        { "A16", "table public.sites", "GRANT TRUNCATE ON public.sites, public.meters TO pulse_app" },
        { "A17-out", "table public.sites", "ALTER ROLE pulse_app BYPASSRLS" },
        { "A17-in", "table public.units_of", "CREATE TABLE public.units_of (tenant_id text NOT NULL); GRANT SELECT, INSERT ON public.units_of TO pulse_app" },
        { "A18", "table public.meters", "ALTER TABLE public.meters ADD UNIQUE (serial)" },
        { "A19", "constraint loose on public.meters", "ALTER TABLE public.sites ADD CONSTRAINT one UNIQUE (id); ALTER TABLE public.meters ADD CONSTRAINT loose FOREIGN KEY (site_id) REFERENCES public.sites (id); ALTER TABLE public.meters DROP CONSTRAINT meters_site" },
        { "A20", "constraint loose on public.meters", "ALTER TABLE public.sites ADD CONSTRAINT one UNIQUE (id); ALTER TABLE public.meters ADD CONSTRAINT loose FOREIGN KEY (site_id) REFERENCES public.sites (id) ON DELETE CASCADE" },
        { "A21", "table public.readings_1", "ALTER TABLE public.readings_1 DISABLE ROW LEVEL SECURITY; GRANT SELECT ON public.readings_1 TO pulse_app" },
        { "A22", "view public.definer over public.sites", "CREATE VIEW public.definer AS SELECT * FROM public.sites; GRANT SELECT ON public.definer TO pulse_app" },
        { "A22", "view public.kept over public.sites", "CREATE MATERIALIZED VIEW public.kept AS SELECT * FROM public.sites; GRANT SELECT ON public.kept TO pulse_app" },
        { "A23", "table public.sites", "DROP POLICY pulse_guard ON public.sites" },
        { "A24", "table public.sites", "DROP SEQUENCE public.numbers; DROP POLICY pulse_guard ON public.sites; CREATE POLICY wide ON public.sites USING (true)" },
        { "operator-login", "table public.sites", "ALTER ROLE pulse_operator_login BYPASSRLS INHERIT" },
        { "operator-grant", "table public.sites", "CREATE OR REPLACE FUNCTION pulse.operator_require(grant_id uuid) RETURNS boolean LANGUAGE sql AS 'SELECT true'" },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task A_sound_schema_withstands(string attack)
    {
        var report = await Kit(doctor.Database.SuperuserConnectionString).RunAsync(attack, CancellationToken.None);

        report.ThrowIfFailed();
        Assert.NotEmpty(report.Results);
        Assert.Equal(21, await doctor.Database.CountAsync("true"));
    }

    [Fact]
    public async Task A_sealed_schema_withstands_every_attack()
    {
        var report = await Kit(@sealed.Database.SuperuserConnectionString).RunAllAsync(CancellationToken.None);

        report.ThrowIfFailed();
        Assert.Contains(report.Results, result => result is { Attack: "read", Verdict: IsolationVerdict.Invisible });
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_is_noticed(string attack, string target, string fault)
    {
        var copy = await CopyAsync(fault);
        try
        {
            var report = await Kit(copy).RunAsync(attack, CancellationToken.None);

            Assert.NotEmpty(report.Failures);
            Assert.True(target == "pulse.tenant_id" || report.Failures.Any(failure => failure.Target == target), string.Join('\n', report.Results));
            Assert.Throws<InvalidOperationException>(report.ThrowIfFailed);
        }
        finally
        {
            // Roles belong to the whole cluster.
            await doctor.Database.AsSuperuserAsync(TenantSchema.Bootstrap(doctor.Database.Name));
        }
    }

    [Fact]
    public async Task Every_attack_has_a_fault_it_notices() =>
        await Task.Run(() => Assert.Empty(TenantIsolationKit.AttackIds.Except(Faults.Select(fault => (string)fault[0]))));

    [Fact]
    public async Task A_row_that_cannot_be_made_up_is_asked_for_and_taken_from_the_options()
    {
        const string Ranges = "CREATE TABLE public.shifts (tenant_id text NOT NULL, during tstzrange NOT NULL, PRIMARY KEY (tenant_id, during)); ";
        var copy = await CopyAsync(Ranges + TenantSchema.Protect("public", "shifts"));

        var without = await Kit(copy).RunAsync("read", CancellationToken.None);
        var kit = new TenantIsolationKit(new TenantIsolationOptions
        {
            SuperuserConnectionString = copy,
            Seeds =
            {
                ["public.shifts"] = (tenant, number) => $"INSERT INTO public.shifts VALUES ('{tenant}', tstzrange(to_timestamp({number}), NULL))",
            },
        });

        var asked = Assert.Single(without.Failures);
        Assert.Equal(IsolationVerdict.Untested, asked.Verdict);
        Assert.Contains("Seeds[\"public.shifts\"]", asked.Message, StringComparison.Ordinal);
        (await kit.RunAllAsync(CancellationToken.None)).ThrowIfFailed();
    }

    [Fact]
    public async Task A_database_without_protected_tables_is_not_called_safe()
    {
        var report = await Kit(await CopyAsync("DROP TABLE public.devices, public.sites, public.meters, public.readings CASCADE")).RunAllAsync(CancellationToken.None);

        Assert.Equal(IsolationVerdict.Untested, Assert.Single(report.Failures).Verdict);
    }

    [Fact]
    public async Task An_unknown_attack_is_refused_with_the_list() => Assert.Contains(
        "operator-grant",
        (await Assert.ThrowsAsync<ArgumentException>(() => Kit("Host=nowhere").RunAsync("A99", CancellationToken.None))).Message,
        StringComparison.Ordinal);

    private static TenantIsolationKit Kit(string connectionString) => new(new TenantIsolationOptions { SuperuserConnectionString = connectionString });

    // A template's copy has its own catalog, but for the roles.
    private async Task<string> CopyAsync(string change)
    {
        var name = "kit_" + Guid.NewGuid().ToString("N");
        var superuser = new NpgsqlConnectionStringBuilder(doctor.Database.SuperuserConnectionString) { Database = "postgres", Pooling = false };
        NpgsqlConnection.ClearAllPools();
        await ExecuteAsync(superuser.ConnectionString, $"CREATE DATABASE {name} TEMPLATE {doctor.Database.Name}");
        superuser.Database = name;
        await ExecuteAsync(superuser.ConnectionString, change);
        return superuser.ConnectionString;
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
