using System.Diagnostics.Metrics;

namespace Pulse.Audit;

/// <summary>The meter <c>Pulse.Audit</c>. Counts are read from the ledger, so they and the tests' oracle cannot differ.</summary>
internal sealed class AuditMetrics
{
    public const string MeterName = "Pulse.Audit";

    private readonly Meter _meter;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _forks;
    private readonly Counter<long> _timeouts;
    private readonly Counter<long> _clockSteps;
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _rows;
    private readonly Counter<long> _spillFaults;
    private readonly Histogram<double> _synchronization;
    private readonly Counter<long> _sealed;
    private readonly Counter<long> _sealFailures;
    private readonly Counter<long> _requestFailures;

    public AuditMetrics(IMeterFactory factory, AuditLedger ledger, AuditQueue queue)
    {
        _meter = factory.Create(MeterName);
        _meter.CreateObservableCounter("pulse.audit.events", () => Offered(ledger), "{event}", "Events offered, by class.");
        _meter.CreateObservableCounter("pulse.audit.stored", () => ledger.Stored, "{event}", "Events stored.");
        _meter.CreateObservableCounter("pulse.audit.quarantined", () => ledger.Quarantined, "{event}", "Events the database refused.");
        _meter.CreateObservableCounter("pulse.audit.dropped", () => Dropped(ledger), "{event}", "Events dropped, by reason.");
        _meter.CreateObservableCounter("pulse.audit.declared", () => ledger.Declared, "{event}", "Dropped events that gap records tell of.");
        _meter.CreateObservableCounter("pulse.audit.coalesced", () => ledger.Coalesced, "{event}", "Events counted by a record of a flood instead of stored.");
        _meter.CreateObservableCounter("pulse.audit.lost", () => ledger.Lost, "{event}", "Events neither stored nor spilled when the process stopped.");
        _meter.CreateObservableCounter("pulse.audit.spill.recovered", () => ledger.Recovered, "{event}", "Events an earlier run left in the spill.");
        _meter.CreateObservableCounter("pulse.audit.spill.damaged", () => ledger.Damaged, "{event}", "Events of the spill that could not be read again.");
        _meter.CreateObservableGauge("pulse.audit.spill.events", () => ledger.Spilled, "{event}", "Events in the spill, not stored yet.");
        _meter.CreateObservableGauge("pulse.audit.queue.events", () => queue.Pending, "{event}", "Events not stored yet.");
        _meter.CreateObservableGauge("pulse.audit.queue.bytes", () => queue.PendingBytes, "By", "Bytes of events not stored yet.");
        _failures = _meter.CreateCounter<long>("pulse.audit.store.failures", "{attempt}", "Attempts to store that failed, by kind.");
        _forks = _meter.CreateCounter<long>("pulse.audit.stream.forks", "{stream}", "Streams given up because their head was moved.");
        _timeouts = _meter.CreateCounter<long>("pulse.audit.critical.timeouts", "{event}", "Critical writes that were not durable in time.");
        _clockSteps = _meter.CreateCounter<long>("pulse.audit.clock.steps", "{step}", "Times the clock that stamps the events was moved.");
        _duration = _meter.CreateHistogram<double>("pulse.audit.flush.duration", "s", "Time of an attempt that reached the database.");
        _spillFaults = _meter.CreateCounter<long>("pulse.audit.spill.faults", "{fault}", "What went wrong with the spill, by kind.");
        _synchronization = _meter.CreateHistogram<double>("pulse.audit.spill.fsync.duration", "s", "Time to put a group of events on the disk.");
        _sealed = _meter.CreateCounter<long>("pulse.audit.sealed", "{event}", "Events this process has sealed.");
        _sealFailures = _meter.CreateCounter<long>("pulse.audit.seal.failures", "{round}", "What kept events from being sealed, by kind.");
        _requestFailures = _meter.CreateCounter<long>("pulse.audit.request.failures", "{question}", "Questions about a request that the application's code failed to answer, by question.");
        _rows = _meter.CreateHistogram<int>("pulse.audit.flush.events", "{event}", "Events of such an attempt.");
    }

    public void RequestQuestionFailed(string question) => _requestFailures.Add(1, new KeyValuePair<string, object?>("question", question));

    public void StoreFailed(StoreFailureKind kind) => _failures.Add(1, new KeyValuePair<string, object?>("kind", kind switch
    {
        StoreFailureKind.Refused => "refused",
        StoreFailureKind.Misconfigured => "misconfigured",
        _ => "unavailable",
    }));

    public void SpillFailed(SpillFault fault) => _spillFaults.Add(1, new KeyValuePair<string, object?>("kind", fault switch
    {
        SpillFault.Write => "write",
        SpillFault.Full => "full",
        SpillFault.Vanished => "vanished",
        SpillFault.Damaged => "damaged",
        _ => "torn",
    }));

    /// <summary>Tells the lag from now on: a process that does not seal has none.</summary>
    public SealLag Watch(SealLag lag)
    {
        _meter.CreateObservableGauge(
            "pulse.audit.seal.lag", () => lag.Age.TotalSeconds, "s", "Time since everything committed was known to be sealed.");
        return lag;
    }

    public void Sealed(long events) => _sealed.Add(events);

    /// <param name="kind"><c>unavailable</c>, <c>refused</c> or <c>stream</c>.</param>
    public void SealFailed(string kind) => _sealFailures.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void SpillSynchronized(TimeSpan duration) => _synchronization.Record(duration.TotalSeconds);

    public void StreamForked() => _forks.Add(1);

    public void ClockStepped() => _clockSteps.Add(1);

    public void CriticalTimedOut() => _timeouts.Add(1);

    public void Flushed(TimeSpan duration, int events)
    {
        _duration.Record(duration.TotalSeconds);
        _rows.Record(events);
    }

    private static Measurement<long>[] Offered(AuditLedger ledger) =>
    [
        .. Enum.GetValues<AuditClass>().Select(auditClass => new Measurement<long>(
            ledger.OfferedOf(auditClass), new KeyValuePair<string, object?>("class", CanonicalNames.Of(auditClass)))),
    ];

    private static Measurement<long>[] Dropped(AuditLedger ledger) =>
    [
        new(ledger.DroppedFor(BudgetAnswer.TooManyEvents), new KeyValuePair<string, object?>("reason", "events")),
        new(ledger.DroppedFor(BudgetAnswer.TooManyBytes), new KeyValuePair<string, object?>("reason", "bytes")),
        new(ledger.DroppedFor(BudgetAnswer.Closed), new KeyValuePair<string, object?>("reason", "closed")),
        new(ledger.DroppedFor(BudgetAnswer.SpillShare), new KeyValuePair<string, object?>("reason", "spill")),
    ];
}
