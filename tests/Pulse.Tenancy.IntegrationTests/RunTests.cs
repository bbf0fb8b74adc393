using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

[Collection(PostgresTests.Name)]
public sealed class RunTests(PostgresFixture postgres) : TenancyTest(postgres)
{
    private static readonly TenantRunOptions Serializable = new()
    {
        Scope = new TenantScopeOptions { Isolation = System.Data.IsolationLevel.Serializable },
        BaseDelay = TimeSpan.Zero,
    };

    // Two transactions at once.
    private protected override void Configure(PulseTenancyOptions options) =>
        options.AppConnectionString = Database.ConnectionString("pulse_app_login") + ";Maximum Pool Size=2";

    [Fact]
    public async Task Commits_what_the_work_did_and_answers_its_answer()
    {
        var answer = await Tenants.RunAsync(Acme, async (scope, token) =>
        {
            await scope.CreateBatch().Add("INSERT INTO devices (id) VALUES ('run-1')").ExecuteAsync(token);
            return 7;
        });

        Assert.Equal(7, answer);
        Assert.Equal(1, await Database.CountAsync("id = 'run-1'"));
    }

    [Fact]
    public async Task Leaves_work_that_committed_itself_alone()
    {
        await Tenants.RunAsync(Acme, (scope, token) => scope.CreateCommittingBatch().Add("INSERT INTO devices (id) VALUES ('run-2')").ExecuteAsync(token));

        Assert.Equal(1, await Database.CountAsync("id = 'run-2'"));
    }

    [Fact]
    public async Task Rolls_back_work_that_throws()
    {
        await Assert.ThrowsAsync<FormatException>(() => Tenants.RunAsync<int>(Acme, async (scope, token) =>
        {
            await scope.CreateBatch().Add("INSERT INTO devices (id) VALUES ('run-3')").ExecuteAsync(token);
            throw new FormatException();
        }));

        Assert.Equal(0, await Database.CountAsync("id = 'run-3'"));
    }

    [Fact]
    public async Task Runs_the_whole_work_again_in_a_new_scope_after_a_serialization_failure()
    {
        var scopes = new List<TenantScope>();

        var seen = await Tenants.RunAsync(
            Acme,
            async (scope, token) =>
            {
                scopes.Add(scope);
                var name = await scope.CreateBatch().Add("SELECT name FROM devices WHERE id = 'a1'").ExecuteScalarAsync<string>(token);
                if (scopes.Count == 1)
                {
                    await Tenants.CreateBatch(Acme).Add("UPDATE devices SET name = 'theirs' WHERE id = 'a1'").ExecuteAsync(token);
                }

                await scope.CreateBatch().Add("UPDATE devices SET name = name || '+' WHERE id = 'a1'").ExecuteAsync(token);
                return name;
            },
            Serializable);

        Assert.Equal("theirs", seen);
        Assert.Equal(2, scopes.Distinct().Count());
        Assert.Equal(1, await Database.CountAsync("id = 'a1' AND name = 'theirs+'"));
    }

    [Fact]
    public async Task Never_repeats_after_the_connection_broke()
    {
        var attempts = 0;

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => Tenants.RunAsync(
            Acme,
            async (scope, token) =>
            {
                attempts++;
                var pid = await scope.CreateBatch().Add("SELECT pg_backend_pid()").ExecuteScalarAsync<int>(token);
                await Database.AsSuperuserAsync($"SELECT pg_terminate_backend({pid}, 10000)");
                return await scope.CreateBatch().Add("SELECT 1").ExecuteAsync(token);
            },
            Serializable));

        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task Serves_tenants_in_turn_and_keeps_one_failure_from_the_others()
    {
        var initech = TenantId.Parse("initech");

        var results = await Tenants.ForEachTenantAsync([Acme, initech, Globex], async (scope, token) =>
        {
            await scope.CreateBatch().Add("INSERT INTO devices (id) VALUES ('turn')").ExecuteAsync(token);
            if (scope.Tenant == initech)
            {
                throw new FormatException();
            }
        });

        Assert.Equal([Acme, initech, Globex], results.Select(result => result.Tenant));
        Assert.Equal([false, true, false], results.Select(result => result.Error is FormatException));
        Assert.Equal(2, await Database.CountAsync("id = 'turn'"));
        Assert.Equal(0, await Database.CountAsync("id = 'turn' AND tenant_id = 'initech'"));
    }
}
