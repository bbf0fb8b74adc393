using Npgsql;
using Pulse.ReferenceHost.Development;
using Pulse.Tenancy.Testing;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>A hardened database can be backed up by the login made for it, restored elsewhere, and migrated further.</summary>
[Collection(PostgresTests.Name)]
public sealed class DumpTests(DoctorDatabase doctor) : IClassFixture<DoctorDatabase>
{
    [Fact]
    public async Task A_dump_by_the_backup_login_restores_into_a_clean_server_and_passes_the_doctor_there()
    {
        await doctor.Database.AsSuperuserAsync(
            "INSERT INTO public.sites (tenant_id, id, name) VALUES ('acme', 1, 'Ulm'), ('globex', 1, 'Oslo'); INSERT INTO public.readings (tenant_id, at, v) VALUES ('globex', 5, 7)");
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sql");
        var clean = new PostgresFixture();
        await clean.InitializeAsync();
        try
        {
            await Tool.RunAsync(
                "pg_dump",
                [Psql.Uri(doctor.Database.ConnectionString("pulse_backup_login")), "--clean", "--if-exists", "--quote-all-identifiers", "-f", file],
                CancellationToken.None);
            var name = await clean.CreateDatabaseAsync();
            var superuser = clean.SuperuserConnectionString(name) + ";Pooling=false";
            // Roles belong to the server, not to the dump: bootstrap makes them.
            await ExecuteAsync(superuser, TenantSchema.Bootstrap(name));

            var (exitCode, output) = await Tool.TryRunAsync(
                "psql", [Psql.Uri(superuser), "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", file], CancellationToken.None);

            Assert.True(exitCode == 0, output);
            Assert.Equal(["acme", "globex"], await ListAsync(superuser, "SELECT tenant_id FROM public.sites ORDER BY 1"));
            Assert.Equal(["globex"], await ListAsync(superuser, "SELECT tenant_id FROM public.readings_1"));
            await using var source = NpgsqlDataSource.Create(superuser);
            var report = await new TenancyDoctor(DoctorDatabase.Quiet()).InspectAsync(source, CancellationToken.None);
            Assert.True(report.Findings.Count == 0, report.ToText());
            var attacks = await new TenantIsolationKit(new TenantIsolationOptions { SuperuserConnectionString = superuser }).RunAsync("read", CancellationToken.None);
            attacks.ThrowIfFailed();
        }
        finally
        {
            File.Delete(file);
            await clean.DisposeAsync();
        }
    }

    [Fact]
    public async Task Migrations_run_after_hardening()
    {
        // What a migration does: new table, new column, new index, new constraint, a change of rows tenant by tenant.
        await doctor.Database.AsOwnerAsync("CREATE TABLE public.labels (tenant_id text NOT NULL, id int, PRIMARY KEY (tenant_id, id)); " + TenantSchema.Protect("public", "labels"));
        await doctor.Database.AsOwnerAsync("ALTER TABLE public.labels ADD COLUMN body text NOT NULL DEFAULT ''; CREATE INDEX ON public.labels (tenant_id, body)");
        await doctor.Database.AsOwnerAsync("ALTER TABLE public.labels ADD CONSTRAINT short CHECK (length(body) < 100)");
        await doctor.Database.AsSuperuserAsync("INSERT INTO public.labels (tenant_id, id) VALUES ('acme', 1), ('globex', 1)");

        await doctor.Database.AsOwnerAsync("SET LOCAL app.tenant_id = 'acme'; UPDATE public.labels SET body = 'changed'");
        var blind = await Assert.ThrowsAsync<PostgresException>(() => doctor.Database.AsOwnerAsync("UPDATE public.labels SET body = 'all'"));

        Assert.Equal("PT401", blind.SqlState);
        Assert.Equal(1, await doctor.Database.ScalarAsSuperuserAsync<long>("SELECT count(*) FROM public.labels WHERE body = 'changed'"));
        await doctor.Database.AsOwnerAsync("DROP TABLE public.labels");
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<string>> ListAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<string>();
        while (await reader.ReadAsync())
        {
            values.Add(reader.GetString(0));
        }

        return values;
    }
}
