namespace Pulse.Mqtt;

/// <summary>Seam: how the broker is told to read its ACL and CRL files again. The default follows <see cref="MosquittoOptions"/>.</summary>
public interface IBrokerSignal
{
    /// <summary>Signals the broker once.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether it was signalled, or a watcher will do so. Only call it when both files in place are good: Mosquitto 2.0 opens on bad ones.</returns>
    ValueTask<bool> SendAsync(CancellationToken cancellationToken);
}
