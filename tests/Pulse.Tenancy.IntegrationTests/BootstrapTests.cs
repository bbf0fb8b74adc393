using Npgsql;
using Pulse.ReferenceHost.Development;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

[Collection(PostgresTests.Name)]
public sealed class BootstrapTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Runs_twice_and_in_a_second_database_of_the_cluster_keeping_passwords()
    {
        var first = await TenantedDatabase.CreateAsync(postgres);
        await first.AsSuperuserAsync(TenantSchema.Bootstrap(first.Name));
        await first.AsOwnerAsync(TenantSchema.Protect("public", "devices"));
        var second = await TenantedDatabase.CreateAsync(postgres);
        await second.AsSuperuserAsync(TenantSchema.Bootstrap(second.Name));

        using var host = await first.StartHostAsync();
        using var other = await second.StartHostAsync();
    }

    [Fact]
    public async Task Runs_in_several_databases_at_once()
    {
        var names = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            names.Add(await postgres.CreateDatabaseAsync());
        }

        await Task.WhenAll(names.Select(async name =>
        {
            await using var source = NpgsqlDataSource.Create(postgres.SuperuserConnectionString(name));
            await using var command = source.CreateCommand(TenantSchema.Bootstrap(name));
            await command.ExecuteNonQueryAsync();
        }));
    }

    [Fact]
    public async Task Is_plain_sql_that_psql_runs()
    {
        var name = await postgres.CreateDatabaseAsync();
        var file = Path.Combine(Path.GetTempPath(), $"{name}-{Guid.NewGuid():N}.sql");
        await File.WriteAllTextAsync(file, TenantSchema.Bootstrap(name));

        try
        {
            var (exitCode, output) = await Tool.TryRunAsync(
                "psql", [Psql.Uri(postgres.SuperuserConnectionString(name)), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file], CancellationToken.None);

            Assert.True(exitCode == 0, output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Refuses_another_database_than_the_one_it_names()
    {
        var name = await postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(postgres.SuperuserConnectionString(name));
        await using var command = source.CreateCommand(TenantSchema.Bootstrap("another'one"));

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());

        Assert.Contains("written for database another'one", refusal.MessageText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_backup_login_dumps_every_tenants_rows()
    {
        var database = await TenantedDatabase.CreateAsync(postgres);

        var dump = await Tool.RunAsync(
            "pg_dump", [Psql.Uri(database.ConnectionString("pulse_backup_login")), "--data-only", "--table=public.devices"], CancellationToken.None);

        Assert.Contains("acme\ta1", dump, StringComparison.Ordinal);
        Assert.Contains("globex\tg1", dump, StringComparison.Ordinal);
    }
}
