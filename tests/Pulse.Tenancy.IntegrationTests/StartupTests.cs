using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

[Collection(PostgresTests.Name)]
public sealed class StartupTests(PostgresFixture postgres) : TenancyTest(postgres)
{
    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task A_superuser_is_refused_in_every_environment(string environment)
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Database.StartHostAsync(options => options.AppConnectionString = Database.SuperuserConnectionString, environment: environment));

        Assert.Contains("the login postgres of AppConnectionString", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("ALTER ROLE \"postgres\" NOSUPERUSER", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LOGIN INHERIT IN ROLE pulse_app", "NOINHERIT")]
    [InlineData("LOGIN NOINHERIT BYPASSRLS IN ROLE pulse_app", "NOBYPASSRLS")]
    [InlineData("LOGIN NOINHERIT CREATEROLE IN ROLE pulse_app", "NOCREATEROLE")]
    [InlineData("LOGIN NOINHERIT IN ROLE pulse_app, pulse_operator", "REVOKE \"pulse_operator\" FROM")]
    [InlineData("LOGIN NOINHERIT IN ROLE pulse_app, pg_read_all_data", "REVOKE \"pg_read_all_data\" FROM")]
    [InlineData("LOGIN NOINHERIT", "GRANT \"pulse_app\" TO")]
    public async Task A_login_that_could_see_more_than_its_role_is_refused_with_the_remedy(string attributes, string remedy)
    {
        var refusal = await RefusedLoginAsync(attributes);

        Assert.Contains("the login suspect of AppConnectionString", refusal, StringComparison.Ordinal);
        Assert.Contains(remedy, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_that_owns_a_table_is_refused()
    {
        var refusal = await RefusedLoginAsync(
            "LOGIN NOINHERIT IN ROLE pulse_app", "CREATE TABLE public.mine (id int)", "ALTER TABLE public.mine OWNER TO suspect");

        Assert.Contains("REASSIGN OWNED BY \"suspect\"", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_that_arrives_in_a_role_is_refused()
    {
        var refusal = await RefusedLoginAsync("LOGIN NOINHERIT IN ROLE pulse_app", "ALTER ROLE suspect SET role = 'pulse_app'");

        Assert.Contains("arrives as role \"pulse_app\"", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_was_not_bootstrapped_is_refused()
    {
        await Database.AsSuperuserAsync("GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO PUBLIC");
        try
        {
            var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => Database.StartHostAsync());
            Assert.Contains("may call set_config", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            await Database.AsSuperuserAsync(TenantSchema.Bootstrap(Database.Name));
        }
    }

    [Fact]
    public async Task Operators_without_a_recorder_are_refused()
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Database.StartHostAsync(options => options.OperatorConnectionString = Database.ConnectionString("pulse_operator_login")));

        Assert.Contains("IOperatorAccessRecorder", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_login_for_two_roles_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(
            () => Database.StartHostAsync(options => options.OperatorConnectionString = options.AppConnectionString));

        Assert.Contains("uses the login of AppConnectionString", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreachable_server_is_refused() => await Assert.ThrowsAnyAsync<NpgsqlException>(
        () => Database.StartHostAsync(options => options.AppConnectionString = "Host=/nowhere;Username=pulse_app_login;Password=x;Database=x"));

    [Fact]
    public void Operators_are_not_served_without_a_login() =>
        Assert.Throws<InvalidOperationException>(() => Host.Services.GetRequiredService<IOperatorDatabase>());

    private async Task<string> RefusedLoginAsync(string attributes, params string[] preparations)
    {
        await Database.AsSuperuserAsync($"CREATE ROLE suspect {attributes} PASSWORD 'secret'; GRANT CONNECT ON DATABASE {Database.Name} TO suspect");
        try
        {
            foreach (var sql in preparations)
            {
                await Database.AsSuperuserAsync(sql);
            }

            var refusal = await Assert.ThrowsAsync<InvalidOperationException>(
                () => Database.StartHostAsync(options => options.AppConnectionString = Database.ConnectionString("suspect") + ";Pooling=false"));
            return refusal.Message;
        }
        finally
        {
            await Database.AsSuperuserAsync("DROP OWNED BY suspect; DROP ROLE suspect");
        }
    }
}
