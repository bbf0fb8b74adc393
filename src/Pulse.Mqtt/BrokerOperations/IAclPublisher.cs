namespace Pulse.Mqtt;

/// <summary>Publishes the ACL file of a Mosquitto broker.</summary>
public interface IAclPublisher
{
    /// <summary>
    /// Reads <see cref="IAclSource"/>, writes the file, validates it, puts it in place atomically, signals the broker and probes that it is in
    /// force. Calls that come while one works share the next one, which begins after them.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting, not the publication.</param>
    /// <returns>What became of it. Whatever that is, the broker is no more open than before.</returns>
    ValueTask<AclPublicationResult> PublishAsync(CancellationToken cancellationToken = default);
}
