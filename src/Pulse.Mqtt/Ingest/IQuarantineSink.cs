namespace Pulse.Mqtt;

/// <summary>Seam: where refused messages go.</summary>
public interface IQuarantineSink
{
    /// <summary>Records refused messages. They are acknowledged to the device once this returns. Called by one loop, never concurrently.</summary>
    /// <param name="records">The records, in the order of arrival; several tenants may be mixed.</param>
    /// <param name="cancellationToken">Ends the write when the endpoint stops and its drain time is over.</param>
    /// <returns>A task that completes when the records are kept. An exception means they are not: the same records are offered again.</returns>
    ValueTask WriteAsync(IReadOnlyList<QuarantineRecord> records, CancellationToken cancellationToken);
}
