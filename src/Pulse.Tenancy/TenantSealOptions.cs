namespace Pulse.Tenancy;

/// <summary>The key of sealed mode, see <see cref="PulseTenancyOptions.Seal"/>.</summary>
public sealed class TenantSealOptions
{
    /// <summary>Fewest bytes of a secret.</summary>
    public const int MinSecretBytes = 32;

    /// <summary>Longest <see cref="Lifetime"/>.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(1);

    /// <summary>Which of the server's keys signs: 1 to 32 characters of A–Z, a–z, 0–9, '_' and '-'. Required.</summary>
    public string KeyId { get; set; } = string.Empty;

    /// <summary>The key's secret, base64 of at least 32 random bytes, the same as the server's. Required; never logged.</summary>
    public string Secret { get; set; } = string.Empty;

    /// <summary>
    /// How long a transaction may be begun with a seal, by this machine's clock against the server's: one begun later is
    /// refused with PT402, one begun in time goes on until it ends. 1 second to 1 hour. Default 10 minutes.
    /// </summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(10);
}
