using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pulse.Tenancy;
using Pulse.Tenancy.IntegrationTests;
using Pulse.TestKit;

namespace Pulse.Audit.IntegrationTests;

/// <summary>The trail under Pulse.Tenancy: its function decides who the tenant is, plain or sealed.</summary>
[Collection(PostgresTests.Name)]
public sealed class TenancyTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly AuditReader _reader = new();
    private AuditDatabase _database = null!;
    private string _app = null!;

    public async Task InitializeAsync()
    {
        var name = await postgres.CreateDatabaseAsync();
        _database = new AuditDatabase((user, password) => postgres.ConnectionString(user, password, name), postgres.SuperuserConnectionString(name));
        _app = postgres.ConnectionString("pulse_app_login", "test-password", name);
        await _database.InitializeAsync();
        await AuditDatabase.ExecuteAsync(_database.Superuser, TenantSchema.Bootstrap(name));
        await AuditDatabase.ExecuteAsync(_database.Owner, AuditSchema.Sql);
        using var host = await _database.StartHostAsync();
        var writer = host.Services.GetRequiredService<IAuditWriter>();
        await writer.WriteAsync(new AuditEvent { Type = "test.own", Class = AuditClass.Critical, TenantId = "acme" });
        await writer.WriteAsync(new AuditEvent { Type = "test.other", Class = AuditClass.Critical, TenantId = "globex" });
        await writer.WriteAsync(new AuditEvent { Type = "test.platform", Class = AuditClass.Critical });
        await host.StopAsync();
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tenants_scope_reads_that_tenants_events(bool isSealed)
    {
        if (isSealed)
        {
            await SealAsync();
        }

        await using var provider = Provider(isSealed);
        await using var scope = await provider.GetRequiredService<ITenantDatabase>().OpenAsync(TenantId.Parse("acme"));

        var page = await _reader.QueryAsync(scope.Connection, new AuditQuery { From = DateTimeOffset.UnixEpoch, PageSize = 10 });
        var tail = await _reader.ReadTailAsync(scope.Connection, after: null);
        var rest = await _reader.ReadTailAsync(scope.Connection, tail.Next);

        Assert.Equal("test.own", Assert.Single(page.Entries).Type);
        Assert.Equal("test.own", Assert.Single(tail.Entries).Type);
        Assert.Empty(rest.Entries);
    }

    [Fact]
    public async Task In_a_sealed_database_a_setting_alone_opens_nothing()
    {
        await SealAsync();
        await using var connection = await _database.App.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var enter = new NpgsqlCommand("SET LOCAL app.tenant_id = 'acme'", connection))
        {
            await enter.ExecuteNonQueryAsync();
        }

        var refused = await Assert.ThrowsAsync<PostgresException>(() => _reader.QueryAsync(connection, new AuditQuery()));

        Assert.Equal("PT401", refused.SqlState);
    }

    [Fact]
    public async Task A_schema_made_before_tenancy_follows_it_once_it_is_run_again() =>
        Assert.Equal(1, await _database.CountAsync(
            "SELECT count(*) FROM pg_policies WHERE policyname = 'tenant_reads' AND qual LIKE '%pulse.tenant_id()%' AND qual NOT LIKE '%current_setting%'"));

    private Task<int> SealAsync() => AuditDatabase.ExecuteAsync(_database.Owner, SealedDatabase.Sql);

    private ServiceProvider Provider(bool isSealed)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddPulseTenancy(options =>
        {
            options.AppConnectionString = _app;
            if (isSealed)
            {
                options.Seal = SealedDatabase.Seal;
            }
        });
        return services.BuildServiceProvider();
    }
}
