using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>A clean schema with everything a platform has. Each test plants its mistake in a transaction that is rolled back.</summary>
public sealed class DoctorDatabase(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Schema = """
        CREATE TABLE public.sites (tenant_id text NOT NULL, id int NOT NULL, name text, PRIMARY KEY (tenant_id, id));
        CREATE TABLE public.meters (
          tenant_id text NOT NULL, id int NOT NULL, site_id int, serial text, PRIMARY KEY (tenant_id, id),
          CONSTRAINT meters_site FOREIGN KEY (tenant_id, site_id) REFERENCES public.sites (tenant_id, id) ON DELETE SET NULL (site_id));
        CREATE TABLE public.readings (tenant_id text NOT NULL, at int NOT NULL, v int) PARTITION BY RANGE (at);
        CREATE TABLE public.readings_1 PARTITION OF public.readings FOR VALUES FROM (0) TO (100000);
        CREATE INDEX ON public.readings (tenant_id, at);
        CREATE TABLE public.jobs (id int PRIMARY KEY, tenant_id text);
        CREATE TABLE public.units (name text PRIMARY KEY);
        CREATE SEQUENCE public.numbers;
        GRANT USAGE ON SEQUENCE public.numbers TO pulse_app;
        CREATE VIEW public.site_names WITH (security_invoker = true) AS SELECT tenant_id, name FROM public.sites;
        GRANT SELECT ON public.site_names TO pulse_app;
        CREATE FUNCTION public.twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2 * n';
        """;

    internal TenantedDatabase Database { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Database = await TenantedDatabase.CreateAsync(postgres);
        await Database.AsOwnerAsync(Schema);
        foreach (var table in (string[])["sites", "meters", "readings"])
        {
            await Database.AsOwnerAsync(TenantSchema.Protect("public", table));
        }

        await Database.AsOwnerAsync(TenantSchema.ProtectPartitions("public", "readings") + TenantSchema.SystemTable("public", "jobs", "work of the platform"));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Runs the statements as superuser, lets the doctor look, and forgets it all.</summary>
    internal async Task<IReadOnlyList<DoctorReport>> InspectAsync(TenancyDoctorOptions? options, params Func<DoctorReport?, string>[] steps)
    {
        await using var source = NpgsqlDataSource.Create(Database.SuperuserConnectionString + ";Pooling=false");
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var reports = new List<DoctorReport>();
        foreach (var step in steps)
        {
            await ExecuteAsync(connection, step(reports.LastOrDefault()));
            reports.Add(await new TenancyDoctor(options ?? Quiet()).InspectAsync(transaction, CancellationToken.None));
        }

        await transaction.RollbackAsync();
        return reports;
    }

    /// <summary>This machine's server may be older than the floor, which is a test of its own.</summary>
    internal static TenancyDoctorOptions Quiet() => new()
    {
        AcceptServerBelowSecurityFloor = true,
        Baseline = DoctorBaseline.Parse("""{"version": 1, "accepted": [{"rule": "T32", "object": "server", "reason": "the machine's"}]}"""),
    };

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Mistakes to plant and the doctor's own fixes.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
