// The synchronous ways are under test as well, and so are statements nobody should write.
#pragma warning disable CA1849, CA2100
using System.Data;
using System.Data.Common;
using Dapper;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>Dapper, as an application uses it, on a scope's connection and on a tenant's data source.</summary>
[Collection(PostgresTests.Name)]
public sealed class DapperTests(PostgresFixture postgres) : TenancyTest(postgres)
{
    private const string Count = "SELECT count(*) FROM devices";

    [Fact]
    public async Task Reads_and_writes_in_a_scope_and_stands_after_its_commit()
    {
        await using (var scope = await Tenants.OpenAsync(Acme))
        {
            var connection = scope.Connection;
            Assert.Equal(ConnectionState.Open, connection.State);
            Assert.Equal(1, await connection.ExecuteAsync("INSERT INTO devices (id, name) VALUES (@id, @name)", new { id = "dap-1", name = "O'Hara; --" }));
            Assert.Equal("O'Hara; --", await connection.QuerySingleAsync<string>("SELECT name FROM devices WHERE id = @id", new { id = "dap-1" }));
            Assert.Equal(11, connection.ExecuteScalar<long>(Count));
            Assert.Equal(11, connection.Query<(string Id, string Name)>("SELECT id, name FROM devices").Count());
            Assert.Equal(2, (await connection.QueryAsync<string>("SELECT id FROM devices WHERE id IN @ids", new { ids = new[] { "a1", "a2", "g1" } })).Count());
            Assert.Equal(ConnectionState.Open, connection.State);
            await scope.CommitAsync();
            Assert.Equal(ConnectionState.Closed, connection.State);
        }

        Assert.Equal(1, await Database.CountAsync("id = 'dap-1' AND tenant_id = 'acme'"));
    }

    [Theory]
    [InlineData("SELECT '@id; still text', @id::text -- @id;")]
    [InlineData("SELECT $q$@id; $1$q$, @id /* @id; */")]
    [InlineData("SELECT E'\\'; @id', @id")]
    [InlineData("SELECT jsonb_build_object('a', 1) @> '{\"a\":1}', @id")]
    [InlineData("SELECT jsonb_build_object('a', 1) ? 'a', @id;")]
    public async Task Names_are_found_only_where_they_are_parameters(string sql)
    {
        await using var scope = await Tenants.OpenAsync(Acme);

        using var reader = await scope.Connection.ExecuteReaderAsync(sql, new { id = "seven" });

        Assert.True(reader.Read());
        Assert.Equal("seven", reader.GetString(1));
    }

    [Theory]
    [InlineData("SELECT 1; COMMIT; SET ROLE pulse_app; SELECT count(*) FROM devices")]
    [InlineData("SELECT 1; SET LOCAL app.tenant_id = 'globex'")]
    public async Task A9_Stacking_is_refused_with_and_without_parameters(string sql)
    {
        await using (var scope = await Tenants.OpenAsync(Acme))
        {
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => scope.Connection.ExecuteAsync(sql));
            Assert.Equal("42601", refusal.SqlState);
        }

        await using (var scope = await Tenants.OpenAsync(Acme))
        {
            await Assert.ThrowsAsync<NotSupportedException>(() => scope.Connection.ExecuteAsync(sql + " WHERE id = @id", new { id = "x" }));
        }

        await using (var scope = await Tenants.OpenAsync(Acme))
        {
            await using var command = scope.Connection.CreateCommand();
            command.CommandText = sql + " WHERE id = $1";
            command.Parameters.Add(new NpgsqlParameter { Value = "x" });
            Assert.Equal("42601", (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState);
        }

        await AssertIsolatedAsync();
    }

    [Fact]
    public async Task A_data_source_serves_its_tenant_command_by_command()
    {
        var source = Tenants.CreateDataSource(Globex);
        await using (var connection = await source.OpenConnectionAsync())
        {
            Assert.Equal(11, await connection.ExecuteScalarAsync<long>(Count));
            Assert.Equal(1, await connection.ExecuteAsync("UPDATE devices SET name = @name WHERE id = @id", new { id = "g1", name = "by dapper" }));
            Assert.Equal(0, await connection.ExecuteAsync("UPDATE devices SET name = 'mine' WHERE id = 'a1'"));
        }

        // Dapper opens what it finds closed, and closes it again.
        await using var closed = source.CreateConnection();
        Assert.Equal(11, (await closed.QueryAsync<string>("SELECT id FROM devices")).Count());
        Assert.Equal(ConnectionState.Closed, closed.State);
        using (var reader = await closed.ExecuteReaderAsync("SELECT id FROM devices"))
        {
            Assert.True(reader.Read());
        }

        Assert.Equal(ConnectionState.Closed, closed.State);
        Assert.Equal(string.Empty, source.ConnectionString + closed.ConnectionString);
        Assert.Equal(1, await Database.CountAsync("name = 'by dapper'"));
        await AssertIsolatedAsync();
    }

    [Fact]
    public async Task A_data_source_has_transactions()
    {
        await using (var connection = await Tenants.CreateDataSource(Acme).OpenConnectionAsync())
        {
            await using (var lost = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead))
            {
                Assert.Equal("repeatable read", await connection.ExecuteScalarAsync<string>("SHOW transaction_isolation", transaction: lost));
                await connection.ExecuteAsync("INSERT INTO devices (id) VALUES ('lost')", transaction: lost);
            }

            await using (var kept = await connection.BeginTransactionAsync())
            {
                await connection.ExecuteAsync("INSERT INTO devices (id) VALUES ('kept-1')", transaction: kept);
                Assert.Equal(11, await connection.ExecuteScalarAsync<long>(Count, transaction: kept));
                await kept.CommitAsync();
                Assert.Throws<InvalidOperationException>(kept.Rollback);
            }

            Assert.Equal(11, await connection.ExecuteScalarAsync<long>(Count));
            using var failed = connection.BeginTransaction();
            Assert.Throws<PostgresException>(() => connection.Execute("SELECT 1 / 0", transaction: failed));
            Assert.Throws<InvalidOperationException>(failed.Commit);
            failed.Rollback();
            Assert.Equal(11, connection.ExecuteScalar<long>(Count));
        }

        Assert.Equal(0, await Database.CountAsync("id = 'lost'"));
        Assert.Equal(1, await Database.CountAsync("id = 'kept-1'"));
    }

    [Fact]
    public async Task A_statement_that_fails_among_its_rows_leaves_nothing_to_commit()
    {
        await using var scope = await Tenants.OpenAsync(Acme);
        var reader = await scope.Connection.ExecuteReaderAsync("SELECT 100 / (5000 - n) FROM generate_series(1, 6000) n");
        Assert.True(reader.Read());
        await Assert.ThrowsAsync<PostgresException>(async () => await reader.DisposeAsync());

        await Assert.ThrowsAsync<InvalidOperationException>(() => scope.CommitAsync());
    }

    [Fact]
    public async Task A_reader_left_early_does_not_keep_the_scope_from_its_commit()
    {
        await using (var scope = await Tenants.OpenAsync(Acme))
        {
            Assert.Equal(1, await scope.Connection.QueryFirstAsync<int>("SELECT n FROM generate_series(1, 6000) n"));
            await scope.Connection.ExecuteAsync("INSERT INTO devices (id) VALUES ('after first')");
            await scope.CommitAsync();
        }

        Assert.Equal(1, await Database.CountAsync("id = 'after first'"));
    }

    [Fact]
    public async Task A37_A_refused_commit_gives_no_value()
    {
        await Database.AsOwnerAsync(
            "CREATE TABLE public.late_dapper (tenant_id text NOT NULL, id int, CONSTRAINT late_dapper_key UNIQUE (tenant_id, id) DEFERRABLE INITIALLY DEFERRED)");
        await Database.AsOwnerAsync(TenantSchema.Protect("public", "late_dapper"));
        const string Twice = "INSERT INTO late_dapper (id) VALUES (1), (1) RETURNING id";
        await using var connection = await Tenants.CreateDataSource(Acme).OpenConnectionAsync();

        Assert.Equal("23505", (await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteScalarAsync<int>(Twice))).SqlState);
        Assert.Equal("23505", Assert.Throws<PostgresException>(() => connection.ExecuteScalar<int>(Twice)).SqlState);
        Assert.Equal("23505", (await Assert.ThrowsAsync<PostgresException>(() => connection.QueryAsync<int>(Twice))).SqlState);
    }

    [Fact]
    public async Task What_would_leave_the_tenant_or_the_scope_is_refused()
    {
        await using var scope = await Tenants.OpenAsync(Acme);
        var connection = scope.Connection;
        await using var command = connection.CreateCommand();
        command.CommandText = Count;

        Assert.Contains("SAVEPOINT", Assert.Throws<NotSupportedException>(() => connection.BeginTransaction()).Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => connection.ChangeDatabase("postgres"));
        Assert.Throws<NotSupportedException>(() => connection.ConnectionString = "Host=elsewhere");
        Assert.Throws<NotSupportedException>(() => command.CommandType = CommandType.StoredProcedure);
        Assert.Throws<NotSupportedException>(command.Prepare);
        Assert.Throws<NotSupportedException>(() => command.ExecuteReader(CommandBehavior.SchemaOnly));
        using var foreign = new NpgsqlConnection();
        Assert.Throws<ArgumentException>(() => command.Connection = foreign);
        var answer = command.CreateParameter();
        answer.Direction = ParameterDirection.Output;
        command.Parameters.Add(answer);
        Assert.Throws<NotSupportedException>(() => command.ExecuteNonQuery());
        connection.Close();
        Assert.Equal(10, await connection.ExecuteScalarAsync<long>(Count));
        await Assert.ThrowsAsync<InvalidOperationException>(() => scope.GetRawConnectionAsync());
    }

    [Fact]
    public void No_tenant_has_no_data_source() => Assert.Throws<InvalidOperationException>(() => Tenants.CreateDataSource(default));

    [Fact]
    public async Task A_command_can_be_cancelled_and_given_a_time()
    {
        var connection = await Tenants.CreateDataSource(Acme).OpenConnectionAsync();

        var slow = await Assert.ThrowsAnyAsync<NpgsqlException>(() => connection.ExecuteAsync("SELECT pg_sleep(30)", commandTimeout: 1));
        Assert.IsType<TimeoutException>(slow.InnerException);

        await using DbCommand command = connection.CreateCommand();
        command.CommandText = "SELECT pg_sleep(30)";
        var running = command.ExecuteNonQueryAsync();
        while (await Database.ScalarAsSuperuserAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE usename = 'pulse_app_login' AND wait_event = 'PgSleep' AND datname = current_database()") == 0)
        {
            await Task.Delay(20);
        }

        command.Cancel();
        var ended = await Assert.ThrowsAnyAsync<Exception>(() => running);
        Assert.True(ended is OperationCanceledException or PostgresException { SqlState: "57014" }, ended.ToString());
        await connection.DisposeAsync();
        await AssertIsolatedAsync();
    }
}
