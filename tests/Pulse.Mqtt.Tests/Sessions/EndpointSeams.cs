using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Pulse.Mqtt.Tests.Sessions;

/// <summary>The five seams of the endpoint, in the test's hands.</summary>
internal sealed class EndpointSeams : IDeviceTrust, IDeviceRegistry, IIngestSink, IQuarantineSink, IServiceAccounts
{
    private volatile TaskCompletionSource _open = new();

    public EndpointSeams() => _open.SetResult();

    public bool IsLiveNow { get; set; } = true;

    public bool IsRegistryDown { get; set; }

    public bool AreAccountsDown { get; set; }

    public Func<DeviceKey, DeviceRegistration?> Register { get; set; } = static device => new DeviceRegistration(device, "north", Enabled: true, TenantActive: true);

    public ConcurrentQueue<IngestMessage> Messages { get; } = new();

    public ConcurrentQueue<QuarantineRecord> Quarantined { get; } = new();

    /// <summary>The memory of the last password the endpoint showed.</summary>
    public ReadOnlyMemory<byte> Password { get; private set; }

    /// <summary>Has the sink wait.</summary>
    public void Hold() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _open.TrySetResult();

    public DeviceTrustVerdict Check(X509Certificate2 leaf, IReadOnlyList<X509Certificate2> presented) => DeviceTrustVerdict.Refused("unused");

    public bool IsLive(in TrustedCertificate certificate) => IsLiveNow;

    public ValueTask<DeviceRegistration?> FindAsync(DeviceKey device, CancellationToken cancellationToken) =>
        IsRegistryDown ? throw new InvalidOperationException("The registry is down.") : ValueTask.FromResult(Register(device));

    public async ValueTask<IReadOnlyList<IngestFailure>> WriteAsync(IReadOnlyList<IngestMessage> batch, CancellationToken cancellationToken)
    {
        await _open.Task.WaitAsync(cancellationToken);
        foreach (var message in batch)
        {
            Messages.Enqueue(message);
        }

        return [];
    }

    public ValueTask WriteAsync(IReadOnlyList<QuarantineRecord> records, CancellationToken cancellationToken)
    {
        foreach (var record in records)
        {
            Quarantined.Enqueue(record);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> VerifyAsync(string userName, ReadOnlyMemory<byte> password, CancellationToken cancellationToken)
    {
        Password = password;
        return AreAccountsDown ? throw new InvalidOperationException("The accounts are down.") : ValueTask.FromResult(Encoding.UTF8.GetString(password.Span) == "right");
    }
}
