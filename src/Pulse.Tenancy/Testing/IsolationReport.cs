namespace Pulse.Tenancy.Testing;

/// <summary>What came of the attacks.</summary>
/// <param name="results">The single results.</param>
public sealed class IsolationReport(IReadOnlyList<IsolationResult> results)
{
    /// <summary>The single results. An attack that has no target in this schema (no partitions, no views) has none.</summary>
    public IReadOnlyList<IsolationResult> Results { get; } = results;

    /// <summary>The results that are not safe: leaked, or not tested.</summary>
    public IEnumerable<IsolationResult> Failures => Results.Where(result => !result.IsSafe);

    /// <summary>Fails a test when an attacker gained anything, or an attack could not be made.</summary>
    /// <exception cref="InvalidOperationException">There are failures; the text lists them.</exception>
    public void ThrowIfFailed()
    {
        var failures = Failures.Select(failure => failure.ToString()).ToList();
        if (failures.Count > 0)
        {
            throw new InvalidOperationException("Tenants are not kept apart:\n" + string.Join('\n', failures));
        }
    }
}
