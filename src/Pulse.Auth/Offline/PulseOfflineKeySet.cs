using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Pulse.Auth;

/// <summary>A JWK set (RFC 7517 §5) that is already at hand: what admission makes of its keys, and signatures checked with them.</summary>
/// <remarks>For tools and tests. An application validates with <see cref="IPulseTokenValidator"/>, whose keys follow the provider.</remarks>
public sealed class PulseOfflineKeySet
{
    /// <summary>Longest compact JWS <see cref="CheckSignature"/> looks at, in characters: 65,536.</summary>
    public const int MaxLength = 64 * 1024;

    internal static readonly PulseJwtAlgorithms Algorithms =
        Enum.GetValues<PulseJwtAlgorithms>().Aggregate((all, one) => all | one);

    private readonly IReadOnlyList<SigningKey> _usable;

    private PulseOfflineKeySet(IReadOnlyList<PulseOfflineKey> keys, IReadOnlyList<SigningKey> usable)
    {
        Keys = keys;
        _usable = usable;
    }

    /// <summary>The keys in the order of the set, usable or not.</summary>
    public IReadOnlyList<PulseOfflineKey> Keys { get; }

    /// <summary>Reads a set and judges its keys for every algorithm of <see cref="PulseJwtAlgorithms"/>.</summary>
    /// <param name="json">The set as JSON; a set of more than 64 keys is refused whole, as a fetched one is.</param>
    /// <returns>The set, of which no key need be usable.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="json"/> is null.</exception>
    /// <exception cref="FormatException">The text is no JSON object with an array <c>keys</c> of objects.</exception>
    public static PulseOfflineKeySet Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);

        var set = Read(json);
        var problem = KeyAdmission.Admit(set, Algorithms, new KeySetOptions().MaxKeys, out var usable);
        var admitted = usable.Select(key => key.KeyId).ToHashSet(StringComparer.Ordinal);
        return new PulseOfflineKeySet([.. set.Select(jwk => Describe(jwk, problem, admitted))], usable);
    }

    /// <summary>Checks header, key and signature of a compact JWS (RFC 7515 §5.2); the payload may be anything and is not read.</summary>
    /// <param name="jws">The compact serialization.</param>
    /// <returns><see cref="PulseTokenFailure.None"/> when the signature is one of the named key's.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="jws"/> is null.</exception>
    public PulseTokenFailure CheckSignature(string jws)
    {
        ArgumentNullException.ThrowIfNull(jws);

        if (jws.Length > MaxLength)
        {
            return PulseTokenFailure.TooLarge;
        }

        if (!CompactJws.TryParse(jws, new byte[CompactJws.BufferSize(jws.Length)], out var parts))
        {
            return PulseTokenFailure.NotCompact;
        }

        var failure = JoseHeader.TryRead(parts.Header, out var header);
        if (failure != PulseTokenFailure.None)
        {
            return failure;
        }

        var key = _usable.SingleOrDefault(key => string.Equals(key.KeyId, header.KeyId, StringComparison.Ordinal));
        if (key is null)
        {
            return PulseTokenFailure.KeyUnknown;
        }

        if ((key.Algorithms & header.Algorithm) == 0)
        {
            return PulseTokenFailure.KeyMismatch;
        }

        return key.Verify(header.Algorithm, parts.SigningInput, parts.Signature)
            ? PulseTokenFailure.None
            : PulseTokenFailure.SignatureInvalid;
    }

    private static PulseOfflineKey Describe(JsonWebKey jwk, KeySetProblem problem, HashSet<string> admitted)
    {
        var verdict = KeyAdmission.Judge(jwk, Algorithms, out _);
        if (verdict != KeyVerdict.Usable)
        {
            return new PulseOfflineKey(jwk.Kid, false, verdict.ToString());
        }

        if (admitted.Contains(jwk.Kid))
        {
            return new PulseOfflineKey(jwk.Kid, true, nameof(KeyVerdict.Usable));
        }

        // Good by itself and not admitted all the same: spoiled by its set, or by another key of its name.
        var reason = problem is KeySetProblem.None or KeySetProblem.NoUsableKey ? nameof(KeyVerdict.DuplicateKeyId) : problem.ToString();
        return new PulseOfflineKey(jwk.Kid, false, reason);
    }

    private static IList<JsonWebKey> Read(string json)
    {
        if (!StrictJson.IsObject(json))
        {
            throw new FormatException("The text is no JWK set: it is no JSON object, or a member stands in it twice.");
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            document.RootElement.TryGetProperty("keys", out var keys);
            if (keys.ValueKind != JsonValueKind.Array || keys.EnumerateArray().Any(key => key.ValueKind != JsonValueKind.Object))
            {
                throw new FormatException("The text is no JWK set: a JSON object with an array \"keys\" of objects.");
            }

            return JsonWebKeySet.Create(json).Keys;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new FormatException("The text is no JWK set: it cannot be read as JSON with keys of RFC 7517.", exception);
        }
    }
}
