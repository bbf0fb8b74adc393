using Pulse.Mqtt;

namespace Pulse.ReferenceHost.Composition;

/// <summary>Pulse.Mqtt asks who exists; Pulse.Tenancy answers under that tenant's Row-Level Security.</summary>
internal sealed class RegistryFromTenancy(DeviceDirectory directory) : IDeviceRegistry
{
    public async ValueTask<DeviceRegistration?> FindAsync(DeviceKey device, CancellationToken cancellationToken) =>
        await directory.FindAsync(device, cancellationToken);
}
