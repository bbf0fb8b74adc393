using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>A connection that refuses the switch to the tenant's role is not used again; one whose statement was refused is.</summary>
[Collection(PostgresTests.Name)]
public sealed class RefusedEnterTests(PostgresFixture postgres) : TenancyTest(postgres)
{
    [Fact]
    public async Task A_refused_switch_empties_the_pool()
    {
        var before = await BackendAsync();
        await Database.AsSuperuserAsync("REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM pulse_app_login");

        Assert.Equal("42501", await RefusalAsync("SELECT 1"));

        await Database.AsSuperuserAsync(TenantSchema.Bootstrap(Database.Name));
        Assert.NotEqual(before, await BackendAsync());
    }

    [Fact]
    public async Task A_refused_statement_keeps_the_connection()
    {
        var before = await BackendAsync();

        Assert.Equal("42501", await RefusalAsync("TRUNCATE devices"));

        Assert.Equal(before, await BackendAsync());
    }

    private Task<int> BackendAsync() => Tenants.CreateBatch(Acme).Add("SELECT pg_backend_pid()").ExecuteScalarAsync<int>();
}
