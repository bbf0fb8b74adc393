using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Testing;
using Npgsql;

namespace Pulse.Tenancy.Tests;

/// <summary>What is told of an operator's access, however it ends.</summary>
public sealed class OperatorAccessLogTests : IDisposable
{
    private static readonly OperatorGrant Grant = new("olga", "ticket 4711: silent", TimeSpan.FromMinutes(5), TenantId.Parse("acme"));
    private static readonly PostgresException Refusal = Refused("PT403");

    private readonly ServiceProvider _provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeLogger<OperatorAccessLog> _logger = new();
    private readonly Recorder _recorder = new();
    private readonly TenancyMetrics _metrics;
    private readonly MetricCollector<long> _steps;
    private readonly MetricCollector<long> _poisoned;
    private readonly OperatorAccessLog _log;

    public OperatorAccessLogTests()
    {
        var factory = _provider.GetRequiredService<IMeterFactory>();
        _metrics = new TenancyMetrics(factory);
        _steps = new MetricCollector<long>(factory, "Pulse.Tenancy", "pulse.tenancy.operator.accesses");
        _poisoned = new MetricCollector<long>(factory, "Pulse.Tenancy", "pulse.tenancy.connections.poisoned");
        _log = new OperatorAccessLog(_recorder, _metrics, _logger);
    }

    public void Dispose()
    {
        _steps.Dispose();
        _poisoned.Dispose();
        _metrics.Dispose();
        _provider.Dispose();
    }

    [Fact]
    public async Task A_completed_access_is_told_with_its_rows_and_who_and_why()
    {
        await _log.RecordCompletedAsync(Grant, [3, 0, 4]);

        Assert.Equal([(OperatorAccessOutcome.Granted, null, null), (OperatorAccessOutcome.Completed, 7, null)], _recorder.Steps);
        var told = _recorder.Accesses[1];
        Assert.Equal((Grant.Id, "olga", "ticket 4711: silent", Grant.Target), (told.GrantId, told.Actor, told.Reason, told.Target));
        Assert.Equal(["granted", "completed"], Counted());
    }

    [Fact]
    public async Task More_rows_than_a_number_holds_are_told_as_the_most_it_holds()
    {
        await _log.RecordCompletedAsync(Grant, [int.MaxValue, 1]);

        Assert.Equal(int.MaxValue, _recorder.Accesses[1].Rows);
    }

    [Fact]
    public async Task A_statement_that_failed_behind_its_grant_leaves_the_grant_told()
    {
        await _log.RecordAsync(Grant, OperatorEnd.Of(Refused("22012"), isGranted: true));

        Assert.Equal([(OperatorAccessOutcome.Granted, null, null), (OperatorAccessOutcome.Failed, null, "22012")], _recorder.Steps);
        Assert.Equal(["granted", "failed"], Counted());
    }

    [Fact]
    public async Task A_refused_grant_is_told_as_such()
    {
        await _log.RecordAsync(Grant, OperatorEnd.Of(Refusal, isGranted: false));

        Assert.Equal([(OperatorAccessOutcome.Refused, null, "PT403")], _recorder.Steps);
    }

    [Fact]
    public async Task A_connection_that_broke_on_the_way_may_have_let_the_operator_in()
    {
        await _log.RecordAsync(Grant, OperatorEnd.Of(new NpgsqlException("broken"), isGranted: false));
        await _log.RecordAsync(Grant, OperatorEnd.Of(new OperationCanceledException(), isGranted: true));

        Assert.Equal(
            [(OperatorAccessOutcome.Failed, null, null), (OperatorAccessOutcome.Granted, null, null), (OperatorAccessOutcome.Failed, null, null)], _recorder.Steps);
    }

    [Fact]
    public void Two_refusals_at_once_are_told_as_the_first()
    {
        var both = new NpgsqlException("several", new AggregateException(new TimeoutException(), Refusal, Refused("25P02")));

        Assert.Same(Refusal, OperatorEnd.Of(both, isGranted: false).Refusal);
        Assert.Same(Refusal, OperatorEnd.Of(Refusal, isGranted: true).Refusal);
        Assert.Null(OperatorEnd.Of(new NpgsqlException("several", new AggregateException(new TimeoutException())), isGranted: false).Refusal);
    }

    [Theory]
    [InlineData("42501", false, true)]
    [InlineData("42501", true, false)]
    [InlineData("PT403", false, false)]
    public void A_switch_that_was_refused_is_told_from_a_statement_and_from_a_grant(string sqlState, bool isGranted, bool expected) =>
        Assert.Equal(expected, OperatorEnd.Of(Refused(sqlState), isGranted).IsSwitchRefused);

    [Fact]
    public void A_refused_switch_is_counted_and_logged_with_the_role_alone()
    {
        Assert.False(OperatorEnd.Of(new TimeoutException(), isGranted: false).IsSwitchRefused);

        _log.SwitchRefused("pulse_operator");

        Assert.Single(_poisoned.GetMeasurementSnapshot());
        Assert.Equal(2001, _logger.LatestRecord.Id.Id);
        Assert.Contains("role pulse_operator;", _logger.LatestRecord.Message, StringComparison.Ordinal);
    }

    private static PostgresException Refused(string sqlState) => new("text", "ERROR", "ERROR", sqlState);

    private IEnumerable<object?> Counted() => _steps.GetMeasurementSnapshot().Select(measured => measured.Tags["outcome"]);

    private sealed class Recorder : IOperatorAccessRecorder
    {
        public List<OperatorAccess> Accesses { get; } = [];

        public IEnumerable<(OperatorAccessOutcome Outcome, int? Rows, string? SqlState)> Steps =>
            Accesses.Select(access => (access.Outcome, access.Rows, access.SqlState));

        public ValueTask RecordAsync(OperatorAccess access, CancellationToken cancellationToken)
        {
            Assert.False(cancellationToken.CanBeCanceled);
            Accesses.Add(access);
            return ValueTask.CompletedTask;
        }
    }
}
