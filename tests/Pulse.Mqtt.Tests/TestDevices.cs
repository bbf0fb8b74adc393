namespace Pulse.Mqtt.Tests;

internal static class TestDevices
{
    public static DeviceKey Key(string tenant = "t1", string device = "d1") =>
        DeviceKey.TryCreate(tenant, device, out var key) ? key : throw new InvalidOperationException("The test's own device is wrong.");

    public static DeviceIdentity Identity(string tenant = "t1", string device = "d1", DateTimeOffset? notAfter = null) =>
        new(new TrustedCertificate(Key(tenant, device), "0a", notAfter ?? DateTimeOffset.MaxValue));
}
