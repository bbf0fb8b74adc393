using Npgsql;
using NpgsqlTypes;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

[Collection(PostgresTests.Name)]
public sealed class TenantBatchTests(PostgresFixture postgres) : TenancyTest(postgres)
{
    [Fact]
    public async Task Each_tenant_sees_its_own_rows() => await AssertIsolatedAsync();

    [Fact]
    public async Task Answers_the_last_statements_rows_whatever_came_before()
    {
        var batch = Tenants.CreateBatch(Acme)
            .Add("SELECT 1, 2, 3")
            .Add("UPDATE devices SET name = 'seen' WHERE id = $1", "a1")
            .Add("SELECT 'no such column'")
            .Add("SELECT id FROM devices WHERE name = $1 ORDER BY id", "seen");

        Assert.Equal(["a1"], await batch.QueryAsync(row => row.GetString(0)));
    }

    [Fact]
    public async Task Answers_nothing_when_the_last_statement_has_no_rows()
    {
        var batch = Tenants.CreateBatch(Acme).Add("SELECT 7").Add("UPDATE devices SET name = name");

        Assert.Empty(await batch.QueryAsync(row => row.GetInt32(0)));
        Assert.Null(await batch.ExecuteScalarAsync<int?>());
    }

    [Fact]
    public async Task Answers_the_first_value_and_default_for_null_or_no_row()
    {
        Assert.Equal(1, await Tenants.CreateBatch(Acme).Add("SELECT generate_series(1, 3)").ExecuteScalarAsync<int>());
        Assert.Null(await Tenants.CreateBatch(Acme).Add("SELECT v FROM (VALUES (NULL::int), (5)) AS t (v)").ExecuteScalarAsync<int?>());
        Assert.Null(await Tenants.CreateBatch(Acme).Add("SELECT NULL::text").ExecuteScalarAsync<string>());
        Assert.Equal(0, await Tenants.CreateBatch(Acme).Add("SELECT 1 WHERE false").ExecuteScalarAsync<int>());
    }

    [Fact]
    public async Task Counts_the_rows_all_statements_changed()
    {
        var affected = await Tenants.CreateBatch(Acme)
            .Add("SELECT * FROM devices")
            .Add("UPDATE devices SET name = 'x' WHERE id IN ('a1', 'a2')")
            .Add("INSERT INTO devices (id) VALUES ('counted')")
            .Add("DELETE FROM devices WHERE id = 'counted'")
            .ExecuteAsync();

        Assert.Equal(4, affected);
        Assert.Equal(0, await Tenants.CreateBatch(Acme).Add("SELECT 1").ExecuteAsync());
    }

    [Fact]
    public async Task Fills_in_the_tenant_of_a_new_row()
    {
        await Tenants.CreateBatch(Globex).Add("INSERT INTO devices (id) VALUES ('fresh')").ExecuteAsync();

        Assert.Equal(1, await Database.CountAsync("tenant_id = 'globex' AND id = 'fresh'"));
        await Tenants.CreateBatch(Globex).Add("DELETE FROM devices WHERE id = 'fresh'").ExecuteAsync();
    }

    [Fact]
    public async Task Runs_in_one_transaction_that_an_error_undoes()
    {
        var batch = Tenants.CreateBatch(Acme).Add("DELETE FROM devices").Add("SELECT 1 / 0");

        await Assert.ThrowsAsync<PostgresException>(() => batch.ExecuteAsync());

        await AssertIsolatedAsync();
    }

    [Fact]
    public async Task A37_Gives_no_value_when_the_commit_is_refused()
    {
        await Database.AsOwnerAsync(
            "CREATE TABLE public.late (tenant_id text NOT NULL, id int, CONSTRAINT late_key UNIQUE (tenant_id, id) DEFERRABLE INITIALLY DEFERRED)");
        await Database.AsOwnerAsync(TenantSchema.Protect("public", "late"));
        var batch = Tenants.CreateBatch(Acme).Add("INSERT INTO late (id) VALUES (1), (1) RETURNING id");

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => batch.ExecuteScalarAsync<int>());

        Assert.Equal("23505", refusal.SqlState);
    }

    [Fact]
    public async Task Takes_typed_parameters_and_may_run_twice()
    {
        var ids = new NpgsqlParameter { Value = new[] { "a1", "a2" }, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
        var batch = Tenants.CreateBatch(Acme).Add("SELECT count(*) FROM devices WHERE id = ANY ($1) AND $2::text IS NULL", ids, null);

        Assert.Equal(2, await batch.ExecuteScalarAsync<long>());
        Assert.Equal(2, await batch.ExecuteScalarAsync<long>());
    }

    [Fact]
    public async Task The_latch_leaves_nothing_behind_on_the_connection()
    {
        await Tenants.CreateBatch(Acme).Add("SELECT 1").ExecuteAsync();

        var state = await Tenants.CreateBatch(Acme).Add("SELECT session_user || '/' || current_user").ExecuteScalarAsync<string>();

        Assert.Equal("pulse_app_login/pulse_app", state);
    }

    [Fact]
    public async Task An_empty_batch_is_refused() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Tenants.CreateBatch(Acme).ExecuteAsync());
}
