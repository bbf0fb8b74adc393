namespace Pulse.Mqtt;

/// <summary>Seam: how the broker is told to read its ACL and CRL files again. The default follows <see cref="MosquittoOptions"/>.</summary>
public interface IBrokerSignal
{
    /// <summary>Signals the broker once. Call it also after another CRL is in place.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether it was signalled, or a watcher will do so. An implementation must not signal while a file in place is bad: Mosquitto 2.0 opens on bad ones.</returns>
    ValueTask<bool> SendAsync(CancellationToken cancellationToken);
}
