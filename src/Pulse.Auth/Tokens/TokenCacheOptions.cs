namespace Pulse.Auth;

/// <summary>Reuse of validated tokens. Off by default: it saves the signature check and nothing else.</summary>
/// <remarks>
/// A hit needs the same signing input (SHA-256) and the same signature (compared in fixed time), a key that is still in
/// the current key set, and a token whose times, proof and denylist are right at that moment. Refusals are never kept.
/// </remarks>
public sealed class TokenCacheOptions
{
    /// <summary>Most tokens kept; the oldest makes room.</summary>
    /// <value>0: off; up to 4,096.</value>
    public int Capacity { get; set; }

    /// <summary>Longest time between two checks of one token's signature.</summary>
    /// <value>60 seconds, which is the most; at least one second.</value>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(60);
}
