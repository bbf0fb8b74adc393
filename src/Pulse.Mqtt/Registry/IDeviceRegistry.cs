namespace Pulse.Mqtt;

/// <summary>Seam: who exists. Answers are cached by the endpoint, refusals too; see <see cref="PulseMqttOptions.RegistryCacheFor"/>.</summary>
public interface IDeviceRegistry
{
    /// <summary>Finds a device.</summary>
    /// <param name="device">The authenticated device.</param>
    /// <param name="cancellationToken">Ends the look-up when the endpoint stops.</param>
    /// <returns>The registration, or <see langword="null"/> when there is none. An exception means "not known now": the message waits and is asked for again.</returns>
    ValueTask<DeviceRegistration?> FindAsync(DeviceKey device, CancellationToken cancellationToken);
}
