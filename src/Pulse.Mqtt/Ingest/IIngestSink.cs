namespace Pulse.Mqtt;

/// <summary>Seam: where accepted messages go.</summary>
public interface IIngestSink
{
    /// <summary>Writes a batch durably. Called by one loop, never concurrently.</summary>
    /// <param name="batch">The messages, in the order of arrival; several tenants may be mixed.</param>
    /// <param name="cancellationToken">Ends the write when the endpoint stops and its drain time is over.</param>
    /// <returns>
    /// The refused messages; every other message <b>is committed</b>. An exception means that nothing is known to be committed: nothing is
    /// acknowledged and the same batch is written again, so the sink sees a message at least once.
    /// </returns>
    ValueTask<IReadOnlyList<IngestFailure>> WriteAsync(IReadOnlyList<IngestMessage> batch, CancellationToken cancellationToken);
}
