using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

[Collection(PostgresTests.Name)]
public sealed class OperatorTests(PostgresFixture postgres) : TenancyTest(postgres)
{
    private const string Reason = "ticket 4711, missing telemetry";
    private readonly Recorder _recorder = new();

    private IOperatorDatabase Operators => Host.Services.GetRequiredService<IOperatorDatabase>();

    private protected override void Configure(PulseTenancyOptions options)
    {
        base.Configure(options);
        options.OperatorConnectionString = Database.ConnectionString("pulse_operator_login") + ";Maximum Pool Size=1";
        options.OperatorWriteConnectionString = Database.ConnectionString("pulse_operator_write_login") + ";Maximum Pool Size=1";
    }

    private protected override void AddServices(IServiceCollection services) => services.AddSingleton<IOperatorAccessRecorder>(_recorder);

    [Fact]
    public async Task Reads_every_tenant_behind_a_committed_grant_and_tells_the_recorder()
    {
        var grant = Grant(target: Acme);

        var rows = await Operators.CreateBatch(grant).Add("SELECT id FROM devices").QueryAsync(row => row.GetString(0));

        Assert.Equal(21, rows.Count);
        Assert.Equal("alice|ticket 4711, missing telemetry|acme|pulse_operator_login", await GrantRowAsync(grant));
        Assert.Equal([(OperatorAccessOutcome.Granted, null, null), (OperatorAccessOutcome.Completed, 21, null)], _recorder.Steps);
        var told = _recorder.Accesses[0];
        Assert.Equal((grant.Id, "alice", Reason, Acme), (told.GrantId, told.Actor, told.Reason, told.Target!.Value));
    }

    [Fact]
    public async Task Knows_the_target_as_the_tenant()
    {
        Assert.Equal("acme", await Operators.CreateBatch(Grant(target: Acme)).Add("SELECT pulse.tenant_id()").ExecuteScalarAsync<string>());
        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => Operators.CreateBatch(Grant()).Add("SELECT pulse.tenant_id()").ExecuteScalarAsync<string>());
        Assert.Equal("PT401", refusal.SqlState);
    }

    [Fact]
    public async Task A_failing_query_leaves_its_grant_row_and_is_recorded()
    {
        var grant = Grant();

        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => Operators.CreateBatch(grant).Add("SELECT count(*) FROM devices").Add("SELECT 1 / 0").ExecuteScalarAsync<int>());

        Assert.Equal("22012", refusal.SqlState);
        Assert.NotNull(await GrantRowAsync(grant));
        Assert.Equal([(OperatorAccessOutcome.Granted, null, null), (OperatorAccessOutcome.Failed, null, "22012")], _recorder.Steps);
    }

    [Fact]
    public async Task A_cancelled_query_leaves_its_grant_row_and_is_recorded()
    {
        var grant = Grant();
        using var leave = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Operators.CreateBatch(grant).Add("SELECT pg_sleep(30)").ExecuteScalarAsync<object>(leave.Token));

        Assert.NotNull(await GrantRowAsync(grant));
        Assert.Equal([OperatorAccessOutcome.Granted, OperatorAccessOutcome.Failed], _recorder.Steps.Select(step => step.Outcome));
    }

    [Fact]
    public async Task Without_a_grant_row_no_statement_runs()
    {
        await Database.AsSuperuserAsync("ALTER TABLE pulse.operator_grant ADD CONSTRAINT closed CHECK (actor <> 'bob')");
        var grant = new OperatorGrant("bob", Reason, TimeSpan.FromMinutes(1));

        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => Operators.CreateWriteBatch(grant).Add("DELETE FROM devices").ExecuteAsync());

        Assert.Equal("23514", refusal.SqlState);
        Assert.Null(await GrantRowAsync(grant));
        await AssertIsolatedAsync();
        Assert.Equal([(OperatorAccessOutcome.Refused, null, "23514")], _recorder.Steps);
    }

    [Fact]
    public async Task The_server_itself_refuses_a_grant_it_does_not_know()
    {
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString("pulse_operator_login") + ";Pooling=false");
        await using var command = source.CreateCommand("SELECT pulse.operator_require(gen_random_uuid())");

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteScalarAsync());

        Assert.Equal("PT403", refusal.SqlState);
    }

    [Fact]
    public async Task A_grant_serves_again_until_it_expires()
    {
        var grant = Grant();
        await Operators.CreateBatch(grant).Add("SELECT 1").ExecuteScalarAsync<int>();
        Assert.Equal(2, await Operators.CreateBatch(grant).Add("SELECT 2").ExecuteScalarAsync<int>());

        await Database.AsSuperuserAsync(
            $"UPDATE pulse.operator_grant SET opened_at = opened_at - interval '1 hour', expires_at = expires_at - interval '1 hour' WHERE id = '{grant.Id}'");
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => Operators.CreateBatch(grant).Add("SELECT 3").ExecuteScalarAsync<int>());

        Assert.Equal("PT403", refusal.SqlState);
        Assert.Equal(OperatorAccessOutcome.Refused, _recorder.Steps[^1].Outcome);
    }

    [Fact]
    public async Task The_server_itself_ends_a_grant_after_a_quarter_of_an_hour_and_wants_a_reason()
    {
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString("pulse_operator_login") + ";Pooling=false");
        await using var longest = source.CreateCommand("SELECT pulse.operator_open(gen_random_uuid(), 'mallory', 'as long as I like', interval '1 day', NULL)");
        await longest.ExecuteNonQueryAsync();
        await using var silent = source.CreateCommand("SELECT pulse.operator_open(gen_random_uuid(), 'mallory', 'because', interval '1 minute', NULL)");

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => silent.ExecuteNonQueryAsync());

        Assert.Equal("23514", refusal.SqlState);
        Assert.Equal(
            "00:15:00",
            await Database.ScalarAsSuperuserAsync<string>("SELECT string_agg((expires_at - opened_at)::text, ',') FROM pulse.operator_grant WHERE actor = 'mallory'"));
    }

    [Fact]
    public async Task A_grant_for_reading_does_not_serve_for_writing()
    {
        var grant = Grant();
        await Operators.CreateBatch(grant).Add("SELECT 1").ExecuteScalarAsync<int>();

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => Operators.CreateWriteBatch(grant).Add("DELETE FROM devices").ExecuteAsync());

        Assert.Equal("PT403", refusal.SqlState);
        await AssertIsolatedAsync();
    }

    [Theory]
    [InlineData("DELETE FROM devices")]
    [InlineData("SET LOCAL transaction_read_only = off")]
    [InlineData("DELETE FROM pulse.operator_grant")]
    [InlineData("SET ROLE pulse_operator_write")]
    [InlineData("SELECT set_config('role', 'pulse_operator_write', true)")]
    public async Task The_reading_role_changes_nothing(string sql)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => Operators.CreateBatch(Grant()).Add(sql).Add("DELETE FROM devices").ExecuteAsync());

        Assert.Contains(refusal.SqlState, (string[])["25006", "25001", "42501"]);
        await AssertIsolatedAsync();
    }

    [Fact]
    public async Task The_writing_role_writes_the_named_tables()
    {
        var changed = await Operators.CreateWriteBatch(Grant(target: Globex))
            .Add("UPDATE devices SET name = 'moved' WHERE id = 'g1'").ExecuteAsync();

        Assert.Equal(1, changed);
        Assert.Equal([(OperatorAccessOutcome.Granted, null, null), (OperatorAccessOutcome.Completed, 1, null)], _recorder.Steps);
        Assert.Equal(1, await Database.CountAsync("name = 'moved'"));
    }

    [Fact]
    public async Task A_refused_switch_is_recorded_and_empties_the_pool()
    {
        const string Backend = "SELECT pg_backend_pid()";
        var before = await Operators.CreateBatch(Grant()).Add(Backend).ExecuteScalarAsync<int>();
        await Database.AsSuperuserAsync("REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM pulse_operator_login");

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => Operators.CreateBatch(Grant()).Add(Backend).ExecuteScalarAsync<int>());

        Assert.Equal("42501", refusal.SqlState);
        Assert.Equal((OperatorAccessOutcome.Refused, null, "42501"), _recorder.Steps[^1]);
        await Database.AsSuperuserAsync(TenantSchema.Bootstrap(Database.Name));
        Assert.NotEqual(before, await Operators.CreateBatch(Grant()).Add(Backend).ExecuteScalarAsync<int>());
    }

    [Fact]
    public async Task A_recorder_that_fails_withholds_the_rows()
    {
        _recorder.Failure = new InvalidOperationException("the audit trail is full");

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Operators.CreateBatch(Grant()).Add("SELECT count(*) FROM devices").ExecuteScalarAsync<long>());

        Assert.Same(_recorder.Failure, failure);
    }

    [Fact]
    public async Task Two_refusals_at_once_are_told_as_the_first()
    {
        var grant = Grant();
        await Database.AsSuperuserAsync($"INSERT INTO pulse.operator_grant VALUES ('{grant.Id}', 'someone else', 'in quite other words', NULL, 'pulse_app_login', NULL, now(), now() + interval '1 min')");

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => Operators.CreateBatch(grant).Add("SELECT 1").ExecuteScalarAsync<int>());

        Assert.Contains("expired or was opened in other words", refusal.MessageText, StringComparison.Ordinal);
        Assert.Equal([(OperatorAccessOutcome.Refused, null, "PT403")], _recorder.Steps);
    }

    private static OperatorGrant Grant(TenantId? target = null) => new("alice", Reason, TimeSpan.FromMinutes(5), target);

    private Task<string?> GrantRowAsync(OperatorGrant grant) => Database.ScalarAsSuperuserAsync<string>(
        $"SELECT concat_ws('|', actor, reason, target, login) FROM pulse.operator_grant WHERE id = '{grant.Id}'");

    private sealed class Recorder : IOperatorAccessRecorder
    {
        public List<OperatorAccess> Accesses { get; } = [];

        public Exception? Failure { get; set; }

        public IReadOnlyList<(OperatorAccessOutcome Outcome, int? Rows, string? SqlState)> Steps =>
            [.. Accesses.Select(access => (access.Outcome, access.Rows, access.SqlState))];

        public ValueTask RecordAsync(OperatorAccess access, CancellationToken cancellationToken)
        {
            Assert.False(cancellationToken.CanBeCanceled);
            Accesses.Add(access);
            return Failure is null ? ValueTask.CompletedTask : ValueTask.FromException(Failure);
        }
    }
}
