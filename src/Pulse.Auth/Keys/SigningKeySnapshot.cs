using System.Collections.Frozen;

namespace Pulse.Auth;

/// <summary>The usable keys of an issuer as of one fetch. Immutable: a refresh replaces it whole.</summary>
internal sealed class SigningKeySnapshot(IEnumerable<SigningKey> keys, long fetchedAt, long generation)
{
    private readonly FrozenDictionary<string, SigningKey> _byId = keys.ToFrozenDictionary(key => key.KeyId, StringComparer.Ordinal);

    /// <summary>Timestamp of the fetch, of the monotonic clock.</summary>
    public long FetchedAt { get; } = fetchedAt;

    /// <summary>Grows with each fetch of this issuer's keys.</summary>
    public long Generation { get; } = generation;

    public int Count => _byId.Count;

    public SigningKey? Find(string keyId) => _byId.GetValueOrDefault(keyId);
}
