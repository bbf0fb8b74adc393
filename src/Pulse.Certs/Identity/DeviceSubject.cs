using System.Security.Cryptography;
using System.Text;
using Pulse.Shared;

namespace Pulse.Certs;

/// <summary>The one device a certificate speaks for: its tenant, its identifier, and the names both become in a certificate.</summary>
/// <remarks>
/// A tenant matches <c>[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?</c>, a device <c>[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?</c>
/// without <c>..</c>. Every property of the default value throws <see cref="InvalidOperationException"/>.
/// </remarks>
public readonly record struct DeviceSubject
{
    private const string UrnStart = "urn:pulse:tenant:";
    private const string UrnMiddle = ":device:";

    /// <summary>Upper bound of a common name (RFC 5280, appendix A, ub-common-name).</summary>
    private const int MaxCommonNameLength = 64;

    private readonly string? _tenantId;
    private readonly string? _deviceId;
    private readonly string? _commonName;

    private DeviceSubject(string tenantId, string deviceId)
    {
        _tenantId = tenantId;
        _deviceId = deviceId;
        _commonName = ComposeCommonName(tenantId, deviceId);
    }

    /// <summary>The tenant.</summary>
    public string TenantId => _tenantId ?? throw Unset();

    /// <summary>The device, unique within its tenant.</summary>
    public string DeviceId => _deviceId ?? throw Unset();

    /// <summary>
    /// The subject's common name, which is also the MQTT user name: <c>{tenant}:{device}</c> when that fits 64 bytes, else
    /// <c>H:</c> and the unpadded upper-case base32 (RFC 4648) of its SHA-256.
    /// </summary>
    public string CommonName => _commonName ?? throw Unset();

    /// <summary>The URI in the subject alternative name, the certificate's true identity: <c>urn:pulse:tenant:{t}:device:{d}</c>.</summary>
    public string SubjectAlternativeName => string.Concat(UrnStart, TenantId, UrnMiddle, DeviceId);

    /// <summary>Makes a subject of a tenant and a device identifier.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="deviceId">The device.</param>
    /// <param name="subject">The subject, or the default value.</param>
    /// <returns>False when either does not match its grammar.</returns>
    public static bool TryCreate(string? tenantId, string? deviceId, out DeviceSubject subject)
    {
        subject = default;
        if (!IdentifierGrammar.IsTenant(tenantId))
        {
            return false;
        }

        if (!IdentifierGrammar.IsDevice(deviceId))
        {
            return false;
        }

        subject = new DeviceSubject(tenantId!, deviceId!);
        return true;
    }

    /// <summary>Reads the URI of a subject alternative name; anything but the exact form is refused.</summary>
    /// <param name="value">The URI, byte for byte as it stands in the certificate.</param>
    /// <param name="subject">The subject, or the default value.</param>
    /// <returns>False when the text is not exactly <c>urn:pulse:tenant:{t}:device:{d}</c>.</returns>
    public static bool TryParseSubjectAlternativeName(string? value, out DeviceSubject subject)
    {
        subject = default;
        if (value is null || !value.StartsWith(UrnStart, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = value[UrnStart.Length..];
        var middle = rest.IndexOf(UrnMiddle, StringComparison.Ordinal);
        return middle >= 0 && TryCreate(rest[..middle], rest[(middle + UrnMiddle.Length)..], out subject);
    }

    /// <summary>The URI form, or the empty text for the default value.</summary>
    public override string ToString() => _tenantId is null ? string.Empty : SubjectAlternativeName;

    private static string ComposeCommonName(string tenantId, string deviceId)
    {
        var name = string.Concat(tenantId, ":", deviceId);
        return name.Length <= MaxCommonNameLength
            ? name
            : string.Concat("H:", Base32(SHA256.HashData(Encoding.ASCII.GetBytes(name))));
    }

    private static string Base32(byte[] bytes)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var text = new StringBuilder();
        for (var bit = 0; bit < bytes.Length * 8; bit += 5)
        {
            // Five bits lie in one octet or in two; behind the last there are zeros (RFC 4648 §6).
            var (octet, offset) = Math.DivRem(bit, 8);
            var pair = (bytes[octet] << 8) | bytes.ElementAtOrDefault(octet + 1);
            text.Append(Alphabet[(pair >> (11 - offset)) & 31]);
        }

        return text.ToString();
    }

    private static InvalidOperationException Unset() =>
        new("This DeviceSubject is the default value; make one with DeviceSubject.TryCreate.");
}
