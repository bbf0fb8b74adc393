using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Pulse.Audit;

/// <summary>
/// Puts a keyed name in the place of a value: <c>p1:{key id}:{base64url of HMAC-SHA-256}</c>. One value of one field has one name
/// while the key lasts; under another field or key it has another.
/// </summary>
internal sealed class Pseudonyms
{
    /// <summary>What stands for every value while there is no key: never the value itself.</summary>
    public const string WithoutKey = "p1:none";

    /// <summary>Shortest key, in bytes.</summary>
    public const int MinSecretBytes = 32;

    private const int MaxKeyIdLength = 32;

    private readonly string? _keyId;
    private readonly byte[] _secret;

    public Pseudonyms(PulseAuditOptions options) =>
        (_keyId, _secret) = options.PseudonymKeyId is null ? (null, []) : (options.PseudonymKeyId, Convert.FromBase64String(options.PseudonymSecret!));

    public string? Of(string field, string? value)
    {
        if (value is null)
        {
            return null;
        }

        if (_keyId is null)
        {
            return WithoutKey;
        }

        // Neither the prefix nor a field's name holds a NUL, so no two inputs read alike. The value is not normalised: whether that
        // does anything depends on the machine's globalisation data, and one value must have one name on all of them.
        var input = Encoding.UTF8.GetBytes($"pulse.audit.pseudonym.v1\0{field}\0{value}");
        return $"p1:{_keyId}:{Base64Url.EncodeToString(HMACSHA256.HashData(_secret, input))}";
    }

    /// <summary>What is wrong with the two settings; null when nothing is.</summary>
    public static string? Judge(string? keyId, string? secret)
    {
        if (keyId is null && secret is null)
        {
            return null;
        }

        if (keyId is null || secret is null)
        {
            return "set both, or neither.";
        }

        if (keyId.Length is 0 or > MaxKeyIdLength || !keyId.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-'))
        {
            return "the key id is 1 to 32 characters of A-Z, a-z, 0-9, '_' and '-'.";
        }

        var bytes = new byte[secret.Length];
        var isBase64 = Convert.TryFromBase64String(secret, bytes, out var length);
        return isBase64 && length >= MinSecretBytes
            ? null
            : "the secret is base64 of 32 bytes or more, such as: openssl rand -base64 32";
    }
}
