using System.Security.Cryptography;
using System.Text;
using Pulse.Shared;

namespace Pulse.Mqtt;

/// <summary>
/// The canonical name of a device: its tenant together with its own identifier. A device identifier alone names nothing.
/// </summary>
/// <remarks>
/// Tenant: <c>[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?</c>. Device: <c>[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?</c> without <c>..</c>.
/// The properties of <c>default(DeviceKey)</c> throw, so an identity that was never parsed cannot be used by accident.
/// </remarks>
public readonly record struct DeviceKey
{
    private const int MaxCommonNameBytes = 64;
    private const string Base32Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private readonly string? _tenantId;
    private readonly string? _deviceId;
    private readonly string? _mqttName;

    private DeviceKey(string tenantId, string deviceId)
    {
        _tenantId = tenantId;
        _deviceId = deviceId;
        _mqttName = CommonName(tenantId, deviceId);
    }

    /// <summary>The tenant the device belongs to.</summary>
    /// <exception cref="InvalidOperationException">The value is <c>default(DeviceKey)</c>.</exception>
    public string TenantId => _tenantId ?? throw Unset();

    /// <summary>The device's identifier, unique within its tenant only.</summary>
    /// <exception cref="InvalidOperationException">The value is <c>default(DeviceKey)</c>.</exception>
    public string DeviceId => _deviceId ?? throw Unset();

    /// <summary>
    /// The MQTT user name and client id of the device, equal to its certificate's common name: <c>{tenant}:{device}</c> when that fits
    /// 64 bytes (RFC 5280 appendix A.1, <c>ub-common-name</c>), else <c>H:</c> and the unpadded base32 (RFC 4648 §6) of its SHA-256.
    /// Never holds <c>/ + # $</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The value is <c>default(DeviceKey)</c>.</exception>
    public string MqttName => _mqttName ?? throw Unset();

    /// <summary>Parses both parts by the grammar; the only way to make a key.</summary>
    /// <param name="tenantId">The tenant identifier.</param>
    /// <param name="deviceId">The device identifier.</param>
    /// <param name="key">The key when both parts are well formed.</param>
    /// <returns>Whether both parts are well formed.</returns>
    public static bool TryCreate(string? tenantId, string? deviceId, out DeviceKey key)
    {
        key = default;
        if (tenantId is null || deviceId is null)
        {
            return false;
        }

        if (!IdentifierGrammar.IsTenant(tenantId) || !IdentifierGrammar.IsDevice(deviceId))
        {
            return false;
        }

        key = new DeviceKey(tenantId, deviceId);
        return true;
    }

    /// <summary>Whether both name the same device of the same tenant.</summary>
    /// <param name="other">The key to compare with.</param>
    /// <returns>Whether both name the same device.</returns>
    public bool Equals(DeviceKey other) =>
        string.Equals(_tenantId, other._tenantId, StringComparison.Ordinal)
        && string.Equals(_deviceId, other._deviceId, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_tenantId, _deviceId);

    /// <summary>Returns <c>{tenant}:{device}</c>, for logs.</summary>
    /// <returns>Both parts, or an empty text for the default value.</returns>
    public override string ToString() => _tenantId is null ? string.Empty : $"{_tenantId}:{_deviceId}";

    private static string CommonName(string tenantId, string deviceId)
    {
        var plain = $"{tenantId}:{deviceId}";
        return plain.Length <= MaxCommonNameBytes ? plain : "H:" + Base32(SHA256.HashData(Encoding.ASCII.GetBytes(plain)));
    }

    private static string Base32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var bits = 0;
        var count = 0;
        foreach (var octet in bytes)
        {
            bits = (bits << 8) | octet;
            for (count += 8; count >= 5; count -= 5)
            {
                text.Append(Base32Alphabet[(bits >> (count - 5)) & 31]);
            }

            bits &= (1 << count) - 1;
        }

        if (count > 0)
        {
            text.Append(Base32Alphabet[(bits << (5 - count)) & 31]);
        }

        return text.ToString();
    }

    private static InvalidOperationException Unset() =>
        new("This DeviceKey was never created. Use DeviceKey.TryCreate and check its result.");
}
