using Npgsql;
using Pulse.ReferenceHost.Development;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>What the logins can do without the library, with their passwords in hand.</summary>
[Collection(PostgresTests.Name)]
public sealed class RawConnectionTests(PostgresFixture postgres) : TenancyTest(postgres)
{
    private const string Enter = "SELECT set_config('role', 'pulse_app', true), set_config('app.tenant_id', $1, true)";

    [Theory]
    [InlineData("SELECT count(*) FROM public.devices")]
    [InlineData("SELECT pulse.tenant_id()")]
    [InlineData("INSERT INTO public.devices (tenant_id, id) VALUES ('acme', 'x')")]
    [InlineData("CREATE TEMP TABLE devices (id text)")]
    [InlineData("SELECT pulse.operator_open(gen_random_uuid(), 'mallory', 'because I can', '1 min', NULL)")]
    public async Task A1_Psql_as_the_applications_login_is_refused_without_a_tenant(string sql)
    {
        var (exitCode, output) = await PsqlAsync("pulse_app_login", sql);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("permission denied", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pulse_migrator")]
    [InlineData("pulse_operator_login")]
    [InlineData("pulse_operator_write_login")]
    public async Task A1_No_login_reads_before_it_takes_its_role(string login)
    {
        var (exitCode, output) = await PsqlAsync(login, "SELECT count(*) FROM public.devices");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("permission denied", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A2_The_role_without_a_tenant_is_an_error_and_not_an_empty_table()
    {
        var (exitCode, output) = await PsqlAsync(
            "pulse_app_login", "\\set VERBOSITY verbose", "BEGIN", "SET LOCAL ROLE pulse_app", "SELECT count(*) FROM public.devices");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("PT401", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A2_A_tenant_that_ended_with_its_transaction_is_an_error_too()
    {
        await Tenants.CreateBatch(Acme).Add("SELECT 1").ExecuteAsync();

        // The setting exists now in this session, and is empty.
        await using var connection = await OpenRawAsync();
        await ExecuteAsync(connection, Enter, "acme");
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, "SET LOCAL ROLE pulse_app");
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(connection, "SELECT count(*) FROM devices"));

        Assert.Equal("PT401", refusal.SqlState);
    }

    [Fact]
    public async Task A3_Set_local_outside_a_transaction_changes_nothing()
    {
        var (exitCode, output) = await PsqlAsync("pulse_app_login", "SET LOCAL ROLE pulse_app", "SELECT count(*) FROM public.devices");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("SET LOCAL can only be used in transaction blocks", output, StringComparison.Ordinal);
        Assert.Contains("permission denied", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A12_A_tenant_entered_inside_a_savepoint_ends_with_it()
    {
        await using var connection = await OpenRawAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, "SAVEPOINT s");
        await ExecuteAsync(connection, Enter, "acme");
        await ExecuteAsync(connection, "ROLLBACK TO SAVEPOINT s");

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(connection, "SELECT count(*) FROM public.devices"));

        Assert.Equal("42501", refusal.SqlState);
    }

    [Fact]
    public async Task A17_Copy_out_gives_own_rows_and_copy_in_is_refused()
    {
        await using var connection = await OpenRawAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, Enter, "acme");

        using (var export = await connection.BeginTextExportAsync("COPY devices (tenant_id) TO STDOUT"))
        {
            var lines = (await export.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(10, lines.Length);
            Assert.All(lines, line => Assert.Equal("acme", line));
        }

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => connection.BeginTextImportAsync("COPY devices FROM STDIN"));
        Assert.Equal("0A000", refusal.SqlState);
    }

    [Fact]
    public async Task The_owner_itself_is_bound_by_the_policies()
    {
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString("pulse_migrator") + ";Options=-c role=pulse_owner;Pooling=false");
        await using var command = source.CreateCommand("SELECT count(*) FROM public.devices");

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteScalarAsync());

        Assert.Equal("PT401", refusal.SqlState);
    }

    [Fact]
    public async Task The_grant_table_accepts_nothing_but_its_function()
    {
        foreach (var sql in (string[])[
            "INSERT INTO pulse.operator_grant VALUES (gen_random_uuid(), 'm', 'a reason long enough', NULL, 'x', NULL, now(), now() + '1 min')",
            "DELETE FROM pulse.operator_grant",
            "UPDATE pulse.operator_grant SET reason = 'another reason'"])
        {
            var (exitCode, output) = await PsqlAsync("pulse_operator_login", "SET ROLE pulse_operator", sql);
            Assert.NotEqual(0, exitCode);
            Assert.Contains("permission denied", output, StringComparison.Ordinal);
        }
    }

    private async Task<NpgsqlConnection> OpenRawAsync()
    {
        var connection = new NpgsqlConnection(Database.ConnectionString("pulse_app_login") + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var batch = connection.CreateBatch();
        var command = new NpgsqlBatchCommand(sql);
        batch.BatchCommands.Add(command);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await batch.ExecuteNonQueryAsync();
    }

    private Task<(int ExitCode, string Output)> PsqlAsync(string login, params string[] commands) => Tool.TryRunAsync(
        "psql",
        [Psql.Uri(Database.ConnectionString(login)), "-X", "-v", "ON_ERROR_STOP=1", .. commands.SelectMany(command => (string[])["-c", command])],
        CancellationToken.None);
}
