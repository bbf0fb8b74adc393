using System.Collections.Concurrent;

namespace Pulse.Mqtt.IntegrationTests;

public sealed class FakeRegistry : IDeviceRegistry
{
    public ConcurrentDictionary<DeviceKey, DeviceRegistration> Devices { get; } = new();

    public bool IsDown { get; set; }

    public void Add(DeviceKey device, string? site = null, bool enabled = true, bool active = true) =>
        Devices[device] = new DeviceRegistration(device, site, enabled, active);

    public ValueTask<DeviceRegistration?> FindAsync(DeviceKey device, CancellationToken cancellationToken)
    {
        if (IsDown)
        {
            throw new InvalidOperationException("The registry is down.");
        }

        return ValueTask.FromResult(Devices.GetValueOrDefault(device));
    }
}
