using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>A bootstrapped database with one protected table and rows of two tenants.</summary>
internal sealed class TenantedDatabase
{
    public static readonly TenantId Acme = TenantId.Parse("acme");
    public static readonly TenantId Globex = TenantId.Parse("globex");

    private const string Password = "secret";
    private static readonly string[] Logins =
        ["pulse_migrator", "pulse_app_login", "pulse_operator_login", "pulse_operator_write_login", "pulse_backup_login"];

    // Roles belong to the cluster. xUnit makes the fixtures of one class side by side, and PostgreSQL answers "tuple
    // concurrently updated" to the second of two ALTER ROLE.
    private static readonly SemaphoreSlim Roles = new(1, 1);

    private readonly PostgresFixture _postgres;

    private TenantedDatabase(PostgresFixture postgres, string name)
    {
        _postgres = postgres;
        Name = name;
    }

    public string Name { get; }

    public string SocketDirectory => _postgres.SocketDirectory;

    public static async Task<TenantedDatabase> CreateAsync(PostgresFixture postgres)
    {
        var database = new TenantedDatabase(postgres, await postgres.CreateDatabaseAsync());
        await Roles.WaitAsync();
        try
        {
            await database.AsSuperuserAsync(TenantSchema.Bootstrap(database.Name));
            await database.AsSuperuserAsync(string.Concat(Logins.Select(login => $"ALTER ROLE {login} PASSWORD '{Password}';")));
        }
        finally
        {
            Roles.Release();
        }

        await database.AsOwnerAsync(
            "CREATE TABLE public.devices (tenant_id text NOT NULL, id text NOT NULL, name text NOT NULL DEFAULT '', PRIMARY KEY (tenant_id, id))");
        await database.AsOwnerAsync(TenantSchema.Protect("public", "devices"));
        await database.AsSuperuserAsync(
            "INSERT INTO public.devices (tenant_id, id) SELECT 'acme', 'a' || n FROM generate_series(1, 10) AS n UNION ALL SELECT 'globex', 'g' || n FROM generate_series(1, 11) AS n");
        return database;
    }

    public string ConnectionString(string login) => _postgres.ConnectionString(login, Password, Name);

    public string SuperuserConnectionString => _postgres.SuperuserConnectionString(Name);

    public Task AsSuperuserAsync(string sql) => ExecuteAsync(SuperuserConnectionString, sql);

    public Task AsOwnerAsync(string sql) => ExecuteAsync(ConnectionString("pulse_migrator") + ";Options=-c role=pulse_owner", sql);

    public async Task<T?> ScalarAsSuperuserAsync<T>(string sql)
    {
        await using var source = NpgsqlDataSource.Create(SuperuserConnectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    public Task<long> CountAsync(string where) =>
        ScalarAsSuperuserAsync<long>(string.Create(CultureInfo.InvariantCulture, $"SELECT count(*) FROM public.devices WHERE {where}"));

    /// <summary>A host as an application team would build it, started unless told otherwise.</summary>
    public async Task<IHost> StartHostAsync(Action<PulseTenancyOptions>? change = null, Action<IServiceCollection>? services = null, string environment = "Production")
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, EnvironmentName = environment });
        builder.Services.AddPulseTenancy(options =>
        {
            options.AppConnectionString = ConnectionString("pulse_app_login");
            change?.Invoke(options);
        });
        services?.Invoke(builder.Services);
        var host = builder.Build();
        try
        {
            await host.StartAsync();
        }
        catch
        {
            host.Dispose();
            throw;
        }

        return host;
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
