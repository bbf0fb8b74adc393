namespace Pulse.Mqtt;

/// <summary>Reads the ACL file again at once. It is also polled by content every second.</summary>
public interface IAclReloader
{
    /// <summary>Reads <see cref="PulseMqttOptions.AclFile"/>. A missing or invalid file leaves the last good one in force.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Whether the rules in force are now the file's.</returns>
    ValueTask<bool> ReloadAsync(CancellationToken cancellationToken = default);
}
