namespace Pulse.Auth;

/// <summary>What key admission decided about one key of a set.</summary>
public sealed class PulseOfflineKey
{
    internal PulseOfflineKey(string? keyId, bool usable, string reason)
    {
        KeyId = keyId;
        Usable = usable;
        Reason = reason;
    }

    /// <summary>The key's identifier (<c>kid</c>) as the set has it; null when it has none. Untrusted text.</summary>
    public string? KeyId { get; }

    /// <summary>Whether a signature may be verified with this key.</summary>
    public bool Usable { get; }

    /// <summary>
    /// The name of the verdict, out of a closed set: of the key, e.g. <c>TooWeak</c> or <c>NotForSignatures</c>, or of its set,
    /// e.g. <c>SecretKeyInSet</c>, which spoils the keys beside it. <c>Usable</c> for a usable key.
    /// </summary>
    public string Reason { get; }
}
