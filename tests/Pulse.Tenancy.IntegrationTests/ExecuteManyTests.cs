using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

[Collection(PostgresTests.Name)]
public sealed class ExecuteManyTests(PostgresFixture postgres) : TenancyTest(postgres)
{
    private static readonly TenantId Initech = TenantId.Parse("initech");

    [Fact]
    public async Task Writes_for_many_tenants_in_one_transaction()
    {
        var outcomes = await Tenants.ExecuteManyAsync([Insert(Acme, "many-1"), Insert(Globex, "many-1", "many-2"), Insert(Initech, "many-1"), Insert(Acme, "many-2")]);

        Assert.Equal(
            [(Acme, true, 1), (Globex, true, 2), (Initech, true, 1), (Acme, true, 1)],
            outcomes.Select(outcome => (outcome.Tenant, outcome.Succeeded, outcome.RowsAffected)));
        Assert.All(outcomes, outcome => Assert.Null(outcome.SqlState));
        Assert.Equal(1, await Database.ScalarAsSuperuserAsync<long>("SELECT count(DISTINCT xmin::text) FROM public.devices WHERE id LIKE 'many-%'"));
        Assert.Equal(2, await Database.CountAsync("tenant_id = 'globex' AND id LIKE 'many-%'"));
        Assert.Equal(2, await Database.CountAsync("tenant_id = 'acme' AND id LIKE 'many-%'"));
    }

    [Fact]
    public async Task Keeps_each_item_in_its_own_tenant()
    {
        await Tenants.ExecuteManyAsync([CountInto(Acme, "seen-by-a"), CountInto(Globex, "seen-by-b")]);

        Assert.Equal(1, await Database.CountAsync("tenant_id = 'acme' AND id = 'seen-by-a' AND name = (SELECT count(*)::text FROM public.devices WHERE tenant_id = 'acme' AND id LIKE 'a_')"));
        Assert.Equal(1, await Database.CountAsync("tenant_id = 'globex' AND id = 'seen-by-b' AND name = (SELECT count(*)::text FROM public.devices WHERE tenant_id = 'globex' AND id LIKE 'g_')"));

        static TenantWork CountInto(TenantId tenant, string id) => new TenantWork(tenant).Add(
            "INSERT INTO devices (id, name) SELECT $1, count(*)::text FROM devices WHERE id LIKE 'a_' OR id LIKE 'g_'", id);
    }

    [Fact]
    public async Task Refuses_one_item_and_commits_the_others_when_the_server_refuses_one()
    {
        var outcomes = await Tenants.ExecuteManyAsync(
        [
            Insert(Acme, "split-1"),
            new TenantWork(Globex).Add("INSERT INTO devices (id) VALUES ('split-half')").Add("INSERT INTO devices (tenant_id, id) VALUES ('acme', 'split-stolen')"),
            Insert(Initech, "split-1"),
            Insert(Globex, "split-1", "split-1"),
            Insert(Globex, "split-2"),
        ]);

        Assert.Equal([true, false, true, false, true], outcomes.Select(outcome => outcome.Succeeded));
        Assert.Equal([null, "42501", null, "23505", null], outcomes.Select(outcome => outcome.SqlState));
        Assert.Equal([1, 0, 1, 0, 1], outcomes.Select(outcome => outcome.RowsAffected));
        Assert.Equal([Acme, Globex, Initech, Globex, Globex], outcomes.Select(outcome => outcome.Tenant));
        Assert.Equal(3, await Database.CountAsync("id LIKE 'split-%'"));
    }

    [Fact]
    public async Task A_commit_that_is_refused_is_traced_to_its_items()
    {
        await Database.AsOwnerAsync(
            "CREATE TABLE public.many_late (tenant_id text NOT NULL, id int, CONSTRAINT many_late_key UNIQUE (tenant_id, id) DEFERRABLE INITIALLY DEFERRED)");
        await Database.AsOwnerAsync(TenantSchema.Protect("public", "many_late"));
        const string Twice = "INSERT INTO many_late (id) VALUES ($1), ($2)";

        var outcomes = await Tenants.ExecuteManyAsync(
        [
            new TenantWork(Acme).Add(Twice, 1, 2), new TenantWork(Acme).Add(Twice, 3, 3), new TenantWork(Globex).Add(Twice, 1, 2), new TenantWork(Acme).Add(Twice, 5, 6),
        ]);

        Assert.Equal([null, "23505", null, null], outcomes.Select(outcome => outcome.SqlState));
        Assert.Equal(6, await Database.ScalarAsSuperuserAsync<long>("SELECT count(*) FROM public.many_late"));
    }

    [Fact]
    public async Task Refuses_a_single_item_as_a_value()
    {
        var outcome = Assert.Single(await Tenants.ExecuteManyAsync([new TenantWork(Acme).Add("INSERT INTO devices (id) VALUES ('a1')")]));

        Assert.False(outcome.Succeeded);
        Assert.Equal("23505", outcome.SqlState);
        Assert.Equal(Acme, outcome.Tenant);
    }

    [Fact]
    public async Task Leaves_the_connection_as_a_login_without_a_tenant()
    {
        await Tenants.ExecuteManyAsync([Insert(Acme, "after-1"), Insert(Globex, "after-1")]);

        Assert.Equal(0, await Tenants.CreateBatch(Initech).Add("SELECT count(*) FROM devices WHERE id = 'after-1'").ExecuteScalarAsync<long>());
    }

    [Fact]
    public async Task Answers_an_empty_list_without_a_server()
    {
        Assert.Empty(await Tenants.ExecuteManyAsync([]));
        await Assert.ThrowsAsync<ArgumentException>(() => Tenants.ExecuteManyAsync([new TenantWork(Acme)]));
    }

    [Fact]
    public async Task Throws_when_the_connection_breaks()
    {
        var work = Tenants.ExecuteManyAsync([Insert(Acme, "broken-1"), new TenantWork(Globex).Add("SELECT pg_sleep(30)"), Insert(Acme, "broken-2")]);
        const string Sleeper = "FROM pg_stat_activity WHERE usename = 'pulse_app_login' AND wait_event = 'PgSleep'";
        while (await Database.ScalarAsSuperuserAsync<long>($"SELECT count(*) {Sleeper}") == 0)
        {
            await Task.Delay(20);
        }

        await Database.AsSuperuserAsync($"SELECT pg_terminate_backend(pid) {Sleeper}");

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => work);
        Assert.Equal(0, await Database.CountAsync("id LIKE 'broken-%'"));
    }

    [Fact]
    public async Task Throws_when_the_switch_to_a_tenant_is_refused()
    {
        await Database.AsSuperuserAsync("REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM pulse_app_login");
        try
        {
            var refusal = await Assert.ThrowsAsync<NpgsqlException>(() => Tenants.ExecuteManyAsync([Insert(Acme, "x"), Insert(Globex, "x")]));
            Assert.Contains("Bootstrap", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            await Database.AsSuperuserAsync(TenantSchema.Bootstrap(Database.Name));
        }
    }

    [Fact]
    public async Task Throws_when_the_server_is_not_there() =>
        await Assert.ThrowsAsync<NpgsqlException>(() => ExecuteAtAsync("Host=/nowhere;Username=pulse_app_login;Password=x;Database=x"));

    [Fact]
    public async Task Throws_when_the_server_refuses_the_connection()
    {
        var elsewhere = new NpgsqlConnectionStringBuilder(Database.ConnectionString("pulse_app_login")) { Database = "no_such_database" };

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAtAsync(elsewhere.ConnectionString));

        Assert.Equal("3D000", refusal.SqlState);
    }

    private static async Task ExecuteAtAsync(string connectionString)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddPulseTenancy(options => options.AppConnectionString = connectionString);
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<ITenantDatabase>().ExecuteManyAsync([Insert(Acme, "x"), Insert(Globex, "x")]);
    }

    private static TenantWork Insert(TenantId tenant, params string[] ids)
    {
        var work = new TenantWork(tenant);
        foreach (var id in ids)
        {
            work.Add("INSERT INTO devices (id) VALUES ($1)", id);
        }

        return work;
    }
}
