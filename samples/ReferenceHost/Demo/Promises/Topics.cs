using Pulse.Mqtt;

namespace Pulse.ReferenceHost.Demo.Promises;

internal static class Topics
{
    public static string Telemetry(DeviceKey device) => $"tenant/{device.TenantId}/device/{device.DeviceId}/telemetry";
}
