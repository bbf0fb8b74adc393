using Npgsql;
using Pulse.ReferenceHost.Data;

namespace Pulse.ReferenceHost.Development;

/// <summary>The database of development mode: created, bootstrapped and migrated at every start, since all of it is idempotent.</summary>
internal sealed class DevelopmentDatabase
{
    private const string Database = "pulse";
    private readonly PostgresCluster _cluster;
    private readonly DevelopmentSecrets _secrets;

    private DevelopmentDatabase(PostgresCluster cluster, DevelopmentSecrets secrets)
    {
        _cluster = cluster;
        _secrets = secrets;
    }

    public static async Task<DevelopmentDatabase> StartAsync(
        DevelopmentFolder folder, DevelopmentSecrets secrets, bool durable, CancellationToken cancellationToken)
    {
        var (data, sockets) = await folder.ChoosePostgresAsync(cancellationToken);
        var cluster = await PostgresCluster.StartAsync(data, sockets, secrets.Superuser, durable, cancellationToken);
        var database = new DevelopmentDatabase(cluster, secrets);
        await database.PrepareAsync(cancellationToken);
        return database;
    }

    public string DataDirectory => _cluster.DataDirectory;

    public string SocketDirectory => _cluster.SocketDirectory;

    public DatabaseSettings Settings() => new()
    {
        App = Login("pulse_app_login", _secrets.App),
        Operator = Login("pulse_operator_login", _secrets.Operator),
        // These two logins do one kind of work each, so their role is part of the connection.
        Audit = Login("pulse_audit_login", _secrets.Audit) + ";Options=-c role=pulse_audit_writer",
        Worker = Login("pulse_worker_login", _secrets.Worker) + ";Options=-c role=pulse_worker",
    };

    /// <summary>The application's login at a database whose folder another process may be using.</summary>
    public static string AppConnectionString(string sockets, DevelopmentSecrets secrets) =>
        new NpgsqlConnectionStringBuilder { Host = sockets, Database = Database, Username = "pulse_app_login", Password = secrets.App }.ConnectionString;

    /// <summary>For the self-check alone: it looks at what no login of the host may see.</summary>
    public NpgsqlDataSource OpenForInspection() => NpgsqlDataSource.Create(_cluster.SuperuserConnectionString(Database));

    public Task StopAsync(CancellationToken cancellationToken)
    {
        NpgsqlConnection.ClearAllPools();
        return _cluster.StopAsync(cancellationToken);
    }

    private string Login(string user, string password) => _cluster.ConnectionString(user, password, Database);

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using (var server = NpgsqlDataSource.Create(_cluster.SuperuserConnectionString("postgres")))
        {
            await using var exists = server.CreateCommand($"SELECT 1 FROM pg_database WHERE datname = '{Database}'");
            if (await exists.ExecuteScalarAsync(cancellationToken) is null)
            {
                await ExecuteAsync(server, $"CREATE DATABASE {Database}", cancellationToken);
            }
        }

        await using (var superuser = NpgsqlDataSource.Create(_cluster.SuperuserConnectionString(Database)))
        {
            await ExecuteAsync(superuser, HostSchema.Bootstrap(Database), cancellationToken);
            foreach (var (login, password) in Passwords())
            {
                await ExecuteAsync(superuser, $"ALTER ROLE {login} PASSWORD '{password}'", cancellationToken);
            }
        }

        await using (var migrator = NpgsqlDataSource.Create(Login("pulse_migrator", _secrets.Migrator) + ";Options=-c role=pulse_owner"))
        {
            foreach (var migration in HostSchema.Migrations())
            {
                await ExecuteAsync(migrator, migration, cancellationToken);
            }
        }

        await using (var seed = NpgsqlDataSource.Create(_cluster.SuperuserConnectionString(Database)))
        {
            await ExecuteAsync(
                seed,
                "INSERT INTO public.tenant (tenant_id, name) VALUES ('acme', 'Acme Industrial'), ('globex', 'Globex') ON CONFLICT DO NOTHING",
                cancellationToken);
        }
    }

    private IEnumerable<(string Login, string Password)> Passwords() =>
    [
        ("pulse_migrator", _secrets.Migrator),
        ("pulse_app_login", _secrets.App),
        ("pulse_operator_login", _secrets.Operator),
        ("pulse_audit_login", _secrets.Audit),
        ("pulse_worker_login", _secrets.Worker),
    ];

    // The texts are our own scripts and hexadecimal passwords; DDL takes no parameters.
    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Scripts of this assembly and its packages; nothing in them comes from outside.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
