namespace Pulse.Certs;

/// <summary>The hash-chained record of every certificate issued.</summary>
public interface IIssuanceLog
{
    /// <summary>Reads the whole log in order, hashes every row again and compares it with the chain, its head and the stored certificates.</summary>
    /// <param name="cancellationToken">Abandons the reading.</param>
    /// <returns>The first fault, or how many rows are intact.</returns>
    ValueTask<IssuanceLogVerdict> VerifyAsync(CancellationToken cancellationToken = default);
}
