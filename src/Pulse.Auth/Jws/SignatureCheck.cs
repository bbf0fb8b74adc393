namespace Pulse.Auth;

/// <summary>The signature layer: whether the key of the named identifier signed these bytes, whatever they mean.</summary>
internal static class SignatureCheck
{
    public static PulseTokenFailure Verify(CompactJws jws, in JoseHeader header, SigningKeySnapshot? snapshot, out VerifyingKey verified)
    {
        verified = default;
        if (snapshot is null)
        {
            return PulseTokenFailure.KeysUnavailable;
        }

        var key = snapshot.Find(header.KeyId);
        if (key is null)
        {
            return PulseTokenFailure.KeyUnknown;
        }

        if ((key.Algorithms & header.Algorithm) == 0)
        {
            return PulseTokenFailure.KeyMismatch;
        }

        verified = new VerifyingKey(key, snapshot.Generation);
        return key.Verify(header.Algorithm, jws.SigningInput, jws.Signature) ? PulseTokenFailure.None : PulseTokenFailure.SignatureInvalid;
    }
}
