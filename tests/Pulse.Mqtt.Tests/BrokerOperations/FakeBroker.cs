using System.Diagnostics.Metrics;
using System.Text;

namespace Pulse.Mqtt.Tests.BrokerOperations;

/// <summary>A broker in memory: reads its file when it is signalled, opens on a bad one as Mosquitto 2.0 does, and answers probes.</summary>
internal sealed class FakeBroker(string file) : IBrokerProbe, IBrokerSignal, IBrokerTakeOver
{
    private AclDocument? _rules;

    /// <summary>How many of the next probes throw.</summary>
    public int ProbeFailures { get; set; }

    public bool IsReachable { get; set; } = true;

    public bool CanBeSignalled { get; set; } = true;

    public bool IgnoresSignals { get; set; }

    /// <summary>Opens at a signal whatever the file holds, as when the file is not readable for the broker.</summary>
    public int OpensAtSignal { get; set; } = -1;

    public bool IsOpen { get; private set; } = true;

    public bool LetsRevokedIn { get; set; }

    public int Signals { get; private set; }

    public List<string> TakenOver { get; } = [];

    public int TakeOverFailures { get; set; }

    public async ValueTask<bool> SendAsync(CancellationToken cancellationToken)
    {
        if (!CanBeSignalled)
        {
            return false;
        }

        Signals++;
        if (!IgnoresSignals)
        {
            _rules = AclDocument.Parse(await File.ReadAllBytesAsync(file, cancellationToken), AclDialect.Mosquitto20).Document;
            IsOpen = _rules is null || Signals == OpensAtSignal;
        }

        return true;
    }

    public ValueTask<ProbeAnswer> PublishAsync(string topic, CancellationToken cancellationToken)
    {
        if (ProbeFailures-- > 0)
        {
            throw new System.Security.Cryptography.CryptographicException("The authority's file is broken.");
        }

        if (!IsReachable)
        {
            return new(ProbeAnswer.None);
        }

        var isAllowed = IsOpen || _rules!.Check(new AclClient("svc", "svc"), AclAccess.Write, Encoding.UTF8.GetBytes(topic)).Allowed;
        return new(isAllowed ? ProbeAnswer.Allowed : ProbeAnswer.Denied);
    }

    public ValueTask<bool> ConnectRevokedAsync(CancellationToken cancellationToken) => new(LetsRevokedIn);

    public ValueTask<bool> TakeOverAsync(string clientId, CancellationToken cancellationToken)
    {
        TakenOver.Add(clientId);
        return new(TakenOver.Count > TakeOverFailures);
    }
}

internal sealed class MeterFactory : IMeterFactory
{
    private readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        _meters.Add(new Meter(options));
        return _meters[^1];
    }

    public void Dispose() => _meters.ForEach(static meter => meter.Dispose());
}
