namespace Pulse.Mqtt;

/// <summary>Ends the sessions of a device now. Provided by the package; call it on revoke, disable and suspend.</summary>
public interface ISessionControl
{
    /// <summary>Drops what the endpoint remembers of the device and closes its connections.</summary>
    /// <param name="device">The device.</param>
    /// <param name="reason">Why; logged and counted. MQTT 5 clients are told 0x98 (administrative action) whatever it is.</param>
    /// <param name="cancellationToken">Not needed for correctness: connections are cut at once.</param>
    /// <returns>How many connections were closed.</returns>
    ValueTask<int> EndSessionsAsync(DeviceKey device, SessionEndReason reason, CancellationToken cancellationToken = default);
}
