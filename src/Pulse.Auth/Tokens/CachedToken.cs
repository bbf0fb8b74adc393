using System.Security.Cryptography;

namespace Pulse.Auth;

/// <summary>A token that passed, and what its acceptance rested on.</summary>
internal sealed class CachedToken(VerifiedToken token, TrustedIssuer issuer, byte[] signature, VerifyingKey verified, long checkedAt)
{
    public VerifiedToken Token { get; } = token;

    public TrustedIssuer Issuer { get; } = issuer;

    /// <summary>Timestamp of the signature check, of the monotonic clock.</summary>
    public long CheckedAt { get; } = checkedAt;

    /// <summary>Another signature over the same input may be valid too (ECDSA, PSS), but was not checked.</summary>
    public bool IsSignedBy(ReadOnlySpan<byte> other) => CryptographicOperations.FixedTimeEquals(signature, other);

    /// <summary>Whether the key that verified it is still one of the issuer's, bound as it was.</summary>
    public bool IsKeyCurrent()
    {
        var snapshot = Issuer.Keys.Current;
        if (snapshot is null)
        {
            return false;
        }

        if (snapshot.Generation == verified.Generation)
        {
            return true;
        }

        var key = snapshot.Find(verified.Key.KeyId);
        return key is not null && CryptographicOperations.FixedTimeEquals(key.Fingerprint, verified.Key.Fingerprint);
    }
}
