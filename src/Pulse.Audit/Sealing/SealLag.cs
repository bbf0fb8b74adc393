namespace Pulse.Audit;

/// <summary>How long ago everything committed was last known to be sealed; a process that never knew counts from its start.</summary>
internal sealed class SealLag(TimeProvider time)
{
    private long _knownAt = time.GetTimestamp();

    public TimeSpan Age => time.GetElapsedTime(Interlocked.Read(ref _knownAt));

    /// <param name="startedAt">Timestamp before the attempt: what was committed since may be unsealed.</param>
    /// <param name="result">What came of it.</param>
    public void Observe(long startedAt, SealResult result)
    {
        if (result.IsComplete)
        {
            Interlocked.Exchange(ref _knownAt, startedAt);
        }
    }
}
