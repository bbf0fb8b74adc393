using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Certs.IntegrationTests;

/// <summary>A database with the roles and the schema, and the package composed over it with the worker's own login.</summary>
internal sealed class CertsDatabase : IAsyncDisposable
{
    private const string Password = "worker-secret";

    public const string AuthorityPassword = "ca-secret";

    private static readonly CertificateAuthorityMaterial Material = CertificateAuthorityMaterial.Create(
        "Integration CA", TimeSpan.FromDays(3650), AuthorityPassword, TimeProvider.System);

    private readonly List<IHost> _hosts = [];

    private CertsDatabase(NpgsqlDataSource superuser, NpgsqlDataSource worker)
    {
        Superuser = superuser;
        Worker = worker;
    }

    public NpgsqlDataSource Superuser { get; }

    public NpgsqlDataSource Worker { get; }

    public static string CertificatePem => Material.CertificatePem;

    public static string EncryptedKeyPem => Material.EncryptedPrivateKeyPem;

    public string WorkerConnectionString { get; private init; } = string.Empty;

    /// <param name="postgres">The cluster.</param>
    /// <param name="before">SQL a superuser ran before the schema, such as an older form of it.</param>
    public static async Task<CertsDatabase> CreateAsync(PostgresFixture postgres, string? before = null)
    {
        var name = await postgres.CreateDatabaseAsync();
        var superuser = NpgsqlDataSource.Create(postgres.SuperuserConnectionString(name));
        await ExecuteAsync(superuser, $"""
            DO $$ BEGIN
                IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'pulse_owner') THEN
                    CREATE ROLE pulse_owner NOLOGIN;
                    CREATE ROLE pulse_worker NOLOGIN BYPASSRLS;
                    CREATE ROLE pulse_worker_login LOGIN NOINHERIT PASSWORD '{Password}';
                    GRANT pulse_worker TO pulse_worker_login;
                END IF;
            END $$;
            GRANT CREATE ON DATABASE {name} TO pulse_owner;
            """);

        if (before is not null)
        {
            await ExecuteAsync(superuser, before);
        }

        // Twice: the schema must be safe to run again.
        await ExecuteAsync(superuser, $"SET ROLE pulse_owner; {CertificateSchema.Sql}");
        await ExecuteAsync(superuser, $"SET ROLE pulse_owner; {CertificateSchema.Sql}");

        var connectionString = new NpgsqlConnectionStringBuilder(postgres.ConnectionString("pulse_worker_login", Password, name))
        {
            Options = "-c role=pulse_worker",
        }.ConnectionString;
        return new CertsDatabase(superuser, NpgsqlDataSource.Create(connectionString)) { WorkerConnectionString = connectionString };
    }

    public static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>One replica of a host.</summary>
    public async Task<IServiceProvider> StartAsync(Action<PulseCertsOptions>? configure = null, ICaSigner? signer = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddPulseCerts(configure ?? (_ => { }))
            .UseSigner(_ => signer ?? CaSigners.FromEncryptedPem(Material.CertificatePem, Material.EncryptedPrivateKeyPem, AuthorityPassword))
            .UseStore(_ => Worker);
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync();
        return host.Services;
    }

    public async Task<long> CountAsync(string table)
    {
        await using var command = Superuser.CreateCommand($"SELECT count(*) FROM pulse_certs.{table}");
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }

        await Worker.DisposeAsync();
        await Superuser.DisposeAsync();
    }
}
