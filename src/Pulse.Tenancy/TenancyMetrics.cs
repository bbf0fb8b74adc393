using System.Diagnostics.Metrics;

namespace Pulse.Tenancy;

/// <summary>Meter <c>Pulse.Tenancy</c>. Tags are closed sets; no tenant is ever one.</summary>
internal sealed class TenancyMetrics : IDisposable
{
    public const string MeterName = "Pulse.Tenancy";
    public const string OneShot = "one_shot";
    public const string Scope = "scope";
    public const string Many = "many";

    private readonly Meter _meter;
    private readonly Counter<long> _batches;
    private readonly Counter<long> _poisoned;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _operatorAccesses;

    public TenancyMetrics(IMeterFactory? factory)
    {
        // A container without metrics (a test, a tool) still gets its counters; nobody listens.
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _batches = _meter.CreateCounter<long>("pulse.tenancy.batches", "{batch}", "Batches answered by the server.");
        _poisoned = _meter.CreateCounter<long>(
            "pulse.tenancy.connections.poisoned", "{connection}", "Refused switches to a tenant's role; each empties the pool.");
        _retries = _meter.CreateCounter<long>("pulse.tenancy.retries", "{retry}", "Transactions given up by the server and run again.");
        _operatorAccesses = _meter.CreateCounter<long>("pulse.tenancy.operator.accesses", "{step}", "Steps of operators' accesses.");
    }

    public void BatchSucceeded(string kind) => _batches.Add(1, new("kind", kind), new("outcome", "succeeded"));

    public void BatchRefused(string kind) => _batches.Add(1, new("kind", kind), new("outcome", "refused"));

    public void ConnectionPoisoned() => _poisoned.Add(1);

    public void Retried(string sqlState) => _retries.Add(1, new KeyValuePair<string, object?>("error", sqlState));

    public void OperatorAccess(OperatorAccessOutcome outcome) => _operatorAccesses.Add(1, new KeyValuePair<string, object?>("outcome", outcome switch
    {
        OperatorAccessOutcome.Granted => "granted",
        OperatorAccessOutcome.Completed => "completed",
        OperatorAccessOutcome.Failed => "failed",
        _ => "refused",
    }));

    public void Dispose() => _meter.Dispose();
}
