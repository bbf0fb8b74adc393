using System.Diagnostics.Metrics;

namespace Pulse.Certs;

/// <summary>Counters of the meter <c>Pulse.Certs</c>; every tag has a closed set of values.</summary>
internal sealed class CertsMetrics : IDisposable
{
    public const string MeterName = "Pulse.Certs";

    private readonly Meter _meter;
    private readonly Counter<long> _issued;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _revoked;
    private readonly Counter<long> _eventFailures;
    private readonly Counter<long> _refreshFailures;
    private readonly Counter<long> _released;
    private readonly Counter<long> _workerFailures;
    private readonly Counter<long> _expiring;

    public CertsMetrics(IMeterFactory factory, RevocationView revocations)
    {
        _meter = factory.Create(MeterName);
        _issued = _meter.CreateCounter<long>("pulse.certs.issued", "{certificate}", "Certificates issued, by purpose.");
        _refused = _meter.CreateCounter<long>("pulse.certs.refused", "{request}", "Requests refused, by purpose and reason.");
        _revoked = _meter.CreateCounter<long>("pulse.certs.revoked", "{certificate}", "Certificates revoked or put on hold, by reason.");
        _released = _meter.CreateCounter<long>("pulse.certs.released", "{certificate}", "Holds released.");
        _expiring = _meter.CreateCounter<long>("pulse.certs.expiring", "{notice}", "Announcements of certificates that are about to end.");
        _workerFailures = _meter.CreateCounter<long>("pulse.certs.worker.failures", "{turn}", "Turns of a worker that failed, by worker.");
        _eventFailures = _meter.CreateCounter<long>("pulse.certs.event.failures", "{event}", "Handlers that threw or were slow.");
        _refreshFailures = _meter.CreateCounter<long>("pulse.certs.revocation.failures", "{refresh}", "Revocation lists that could not be read.");
        _meter.CreateObservableGauge(
            "pulse.certs.revocation.age",
            () => revocations.Age.TotalSeconds,
            "s",
            "Time since the revocation list was read; very large before the first reading.");
    }

    public void Issued(CertificatePurpose purpose) => _issued.Add(1, Tag("purpose", purpose));

    public void Refused(CertificatePurpose purpose, IssueRefusal refusal) =>
        _refused.Add(1, Tag("purpose", purpose), Tag("reason", refusal));

    public void Revoked(RevocationReason reason) => _revoked.Add(1, Tag("reason", reason));

    public void Released() => _released.Add(1);

    public void Expiring() => _expiring.Add(1);

    public void WorkerFailed(string worker) => _workerFailures.Add(1, new KeyValuePair<string, object?>("worker", worker));

    public void EventFailed(string how) => _eventFailures.Add(1, new KeyValuePair<string, object?>("how", how));

    public void RefreshFailed() => _refreshFailures.Add(1);

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string name, Enum value) => new(name, value.ToString());
}
