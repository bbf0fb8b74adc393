using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Npgsql;

namespace Pulse.Tenancy.Tests;

/// <summary>When the switch to a tenant is sent, and what follows when it is refused. No server is asked.</summary>
public sealed class ExecutionTests : IDisposable
{
    private const string Enter = "SELECT pg_catalog.set_config('role', 'pulse_app', true), pg_catalog.set_config('app.tenant_id', $1, true)";
    private static readonly TenantId Acme = TenantId.Parse("acme");

    private readonly ServiceProvider _provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create("Host=nowhere;Username=app");
    private readonly NpgsqlConnection _connection = new();
    private readonly FakeLogger<TenantConnections> _log = new();
    private readonly TenancyMetrics _metrics;
    private readonly TenantConnections _connections;
    private readonly MetricCollector<long> _batches;
    private readonly MetricCollector<long> _poisoned;

    public ExecutionTests()
    {
        var factory = _provider.GetRequiredService<IMeterFactory>();
        _metrics = new TenancyMetrics(factory);
        _connections = new TenantConnections(new TenancyLogin("App", "pulse_app", _source), new PlainMark(), _metrics, _log);
        _batches = new MetricCollector<long>(factory, "Pulse.Tenancy", "pulse.tenancy.batches");
        _poisoned = new MetricCollector<long>(factory, "Pulse.Tenancy", "pulse.tenancy.connections.poisoned");
    }

    public void Dispose()
    {
        _batches.Dispose();
        _poisoned.Dispose();
        _metrics.Dispose();
        _connection.Dispose();
        _source.Dispose();
        _provider.Dispose();
    }

    [Fact]
    public void Each_batch_of_its_own_begins_with_the_switch()
    {
        var execution = new AutoCommitExecution(_connections, Acme, _connection);

        Assert.Equal([Enter, "one"], Sent(execution, "one"));
        Assert.Equal([Enter, "two"], Sent(execution, "two"));
    }

    [Fact]
    public void Only_a_transactions_first_batch_begins_with_the_switch()
    {
        var execution = Transaction(new TenantScopeOptions { ReadOnly = true });

        Assert.Equal([Enter + ", pg_catalog.set_config('transaction_read_only', 'on', true)", "one"], Sent(execution, "one"));
        Assert.Equal(["two"], Sent(execution, "two"));
        Assert.True(execution.State.HasFailed);
        execution.Succeed();
        Assert.False(execution.State.HasFailed);
    }

    [Fact]
    public void Statements_that_cannot_be_written_begin_nothing()
    {
        var execution = Transaction(new TenantScopeOptions());

        Assert.Throws<FormatException>(() => execution.Begin(_ => throw new FormatException()));

        Assert.False(execution.State.HasEntered);
        Assert.Equal([Enter, "one"], Sent(execution, "one"));
    }

    [Fact]
    public async Task An_answer_is_counted_and_handed_on()
    {
        var execution = Transaction(new TenantScopeOptions());

        var answer = await execution.RunAsync(batch => Add(batch, "one"), batch => Task.FromResult(batch.BatchCommands.Count));

        Assert.Equal(2, answer);
        Assert.False(execution.State.HasFailed);
        Assert.Equal([("scope", "succeeded")], Counted());
    }

    [Fact]
    public async Task A_refused_switch_empties_the_pool_and_says_so()
    {
        var execution = new AutoCommitExecution(_connections, Acme, _connection);
        var refusal = Refusal("42501");

        Assert.Same(refusal, await Assert.ThrowsAsync<PostgresException>(() => RunAsync(execution, refusal)));

        Assert.Equal([("one_shot", "refused")], Counted());
        Assert.Single(_poisoned.GetMeasurementSnapshot());
        Assert.Equal((2001, LogLevel.Error), (_log.LatestRecord.Id.Id, _log.LatestRecord.Level));
        Assert.Contains("pulse_app", _log.LatestRecord.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_refusal_is_counted_and_keeps_the_connection()
    {
        await Assert.ThrowsAsync<PostgresException>(() => RunAsync(new AutoCommitExecution(_connections, Acme, _connection), Refusal("22012")));

        Assert.Equal([("one_shot", "refused")], Counted());
        Assert.Empty(_poisoned.GetMeasurementSnapshot());
    }

    [Fact]
    public async Task A_refusal_behind_the_switch_is_the_statements_own()
    {
        var execution = Transaction(new TenantScopeOptions());
        await execution.RunAsync(batch => Add(batch, "one"), _ => Task.FromResult(0));

        await Assert.ThrowsAsync<PostgresException>(() => RunAsync(execution, Refusal("42501")));

        Assert.Empty(_poisoned.GetMeasurementSnapshot());
        Assert.True(execution.State.HasFailed);
        Assert.Equal([("scope", "succeeded"), ("scope", "refused")], Counted());
    }

    [Fact]
    public async Task A_broken_connection_is_no_answer_and_counts_as_none()
    {
        var execution = new AutoCommitExecution(_connections, Acme, _connection);

        await Assert.ThrowsAsync<NpgsqlException>(() => RunAsync(execution, new NpgsqlException("broken")));

        Assert.Empty(Counted());
    }

    [Fact]
    public void Knows_whether_tenants_travel_sealed()
    {
        Assert.False(_connections.IsSealed);
        var seal = new TenantSeal(new TenantSealOptions { KeyId = "k", Secret = Convert.ToBase64String(new byte[32]) }, TimeProvider.System);
        Assert.True(new TenantConnections(new TenancyLogin("App", "pulse_app", _source), seal, _metrics, _log).IsSealed);
    }

    private static PostgresException Refusal(string sqlState) => new("text", "ERROR", "ERROR", sqlState);

    private static Task<int> RunAsync(TenantExecution execution, Exception error) =>
        execution.RunAsync(batch => Add(batch, "one"), _ => Task.FromException<int>(error));

    private static void Add(NpgsqlBatch batch, string sql) => batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));

    private static IEnumerable<string> Sent(TenantExecution execution, string sql)
    {
        using var batch = execution.Begin(commands => Add(commands, sql));
        return [.. batch.BatchCommands.Cast<NpgsqlBatchCommand>().Select(command => command.CommandText)];
    }

    // The transaction is asked for nothing but its end, which these tests do not come to.
    private TransactionExecution Transaction(TenantScopeOptions options) => new(_connections, Acme, _connection, null!, options);

    private IEnumerable<(string Kind, string Outcome)> Counted() =>
        _batches.GetMeasurementSnapshot().Select(measured => ((string)measured.Tags["kind"]!, (string)measured.Tags["outcome"]!));
}
