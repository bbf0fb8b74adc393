using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pulse.Tenancy;

/// <summary>
/// The tenant with an expiry, signed by a key only this process and the server know: a statement that sets the setting by
/// itself can at most repeat a seal it was given, which is its own tenant's.
/// </summary>
internal sealed class TenantSeal : TenantMark
{
    private readonly string _keyId;
    private readonly byte[] _secret;
    private readonly TimeSpan _lifetime;
    private readonly TimeProvider _time;

    public TenantSeal(TenantSealOptions options, TimeProvider time)
    {
        _keyId = options.KeyId;
        _secret = Convert.FromBase64String(options.Secret);
        _lifetime = options.Lifetime;
        _time = time;
    }

    public override string Setting => "pulse.ctx";

    /// <summary><c>{key}.{tenant}.{expiry, Unix seconds}.{HMAC-SHA256 of what stands before, lower-case hex}</c>. No part holds a dot.</summary>
    public override string Write(TenantId tenant)
    {
        var expiry = (_time.GetUtcNow() + _lifetime).ToUnixTimeSeconds();
        var message = string.Create(CultureInfo.InvariantCulture, $"{_keyId}.{tenant.Value}.{expiry}");
        return $"{message}.{Convert.ToHexStringLower(HMACSHA256.HashData(_secret, Encoding.ASCII.GetBytes(message)))}";
    }

    /// <summary>Whether a text is a secret of at least 32 bytes in base64.</summary>
    public static bool IsSecret(string? text)
    {
        var isBase64 = Base64.IsValid(text, out var bytes);
        return isBase64 && bytes >= TenantSealOptions.MinSecretBytes;
    }
}
