namespace Pulse.Mqtt;

/// <summary>What the registry knows of a device.</summary>
/// <param name="Device">The device.</param>
/// <param name="SiteId">The site it is installed at, if known; a telemetry message that names another is refused.</param>
/// <param name="Enabled">Whether the device may publish.</param>
/// <param name="TenantActive">Whether its tenant is active.</param>
public sealed record DeviceRegistration(DeviceKey Device, string? SiteId, bool Enabled, bool TenantActive);
