namespace Pulse.Audit;

/// <summary>What came of an attempt to seal.</summary>
/// <param name="Sealed">How many events.</param>
/// <param name="HasMore">Whether the limit left some.</param>
/// <param name="Newest">The newest checkpoint there is; null when there is none, or another replica is at it.</param>
/// <param name="Refusal">Why nothing was sealed.</param>
/// <param name="Broken">Streams that were left out, with the place their next run begins at.</param>
internal sealed record SealResult(
    long Sealed, bool HasMore, AuditCheckpoint? Newest, SealRefusal Refusal, IReadOnlyList<(Guid Stream, long Sequence)> Broken)
{
    public static SealResult Nothing { get; } = new(0, false, null, SealRefusal.None, []);

    /// <summary>Another replica is at it, and what it finds is its own to tell.</summary>
    public static SealResult Elsewhere { get; } = Nothing with { IsElsewhere = true };

    public bool IsElsewhere { get; private init; }

    /// <summary>Whether everything committed when the attempt began is sealed now.</summary>
    public bool IsComplete => !IsElsewhere && !HasMore && Refusal == SealRefusal.None && Broken.Count == 0;
}
