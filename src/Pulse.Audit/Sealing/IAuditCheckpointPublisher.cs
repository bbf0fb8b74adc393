namespace Pulse.Audit;

/// <summary>
/// Takes checkpoints off the box: to a file on another machine, a bucket that keeps versions, a printer. What was given out here
/// cannot be made undone by whoever owns the database and the signing key.
/// </summary>
public interface IAuditCheckpointPublisher
{
    /// <summary>Publishes a checkpoint. Called again with the newest one when it throws, and once more after a restart.</summary>
    /// <param name="checkpoint">The checkpoint, committed already.</param>
    /// <param name="cancellationToken">Ends with the process.</param>
    Task PublishAsync(AuditCheckpoint checkpoint, CancellationToken cancellationToken);
}
