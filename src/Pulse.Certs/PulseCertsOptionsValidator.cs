using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Pulse.Certs;

/// <summary>Checks the settings, and that a signer and a store were named, before anything is issued.</summary>
internal sealed class PulseCertsOptionsValidator(IServiceProviderIsService services) : IValidateOptions<PulseCertsOptions>
{
    private const int MaxUrlLength = 512;

    private static readonly TimeSpan ShortestLifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(3653);

    public ValidateOptionsResult Validate(string? name, PulseCertsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = new List<string>();
        CheckRange(faults, nameof(options.DeviceLifetime), options.DeviceLifetime, ShortestLifetime, LongestLifetime);
        CheckRange(faults, nameof(options.ServerLifetime), options.ServerLifetime, ShortestLifetime, LongestLifetime);
        CheckRange(faults, nameof(options.Backdate), options.Backdate, TimeSpan.Zero, TimeSpan.FromHours(1));
        CheckRange(faults, nameof(options.MaxCsrBytes), options.MaxCsrBytes, 256, 65_536);
        CheckRange(faults, nameof(options.MaxActivePerDevice), options.MaxActivePerDevice, 1, 16);
        CheckRange(faults, nameof(options.RotationOverlap), options.RotationOverlap, TimeSpan.Zero, TimeSpan.FromDays(90));
        CheckRange(faults, nameof(options.RotationCheck), options.RotationCheck, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        CheckRange(faults, nameof(options.RevocationMaxStaleness), options.RevocationMaxStaleness, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        CheckRange(faults, nameof(options.RevocationRefresh), options.RevocationRefresh, TimeSpan.FromSeconds(1), options.RevocationMaxStaleness);

        CheckRange(faults, nameof(options.ExpiryCheck), options.ExpiryCheck, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1));
        CheckList(faults, nameof(options.ExpiryThresholds), options.ExpiryThresholds, TimeSpan.FromMinutes(1), TimeSpan.FromDays(365));
        CheckList(faults, nameof(options.ShortExpiryPercentages), options.ShortExpiryPercentages, 1, 50);
        if (options.MaxActivePerDevice == 1 && options.RotationOverlap > TimeSpan.Zero)
        {
            faults.Add(
                $"{PulseCertsOptions.SectionName}:{nameof(options.RotationOverlap)} needs two live certificates a device: set it to 0 or "
                + $"{nameof(options.MaxActivePerDevice)} to 2.");
        }

        var url = options.CrlUrl;
        if (url is not null && !IsCrlUrl(url))
        {
            faults.Add($"{PulseCertsOptions.SectionName}:{nameof(options.CrlUrl)} is {url}; set an absolute http URL of at most {MaxUrlLength} ASCII characters.");
        }

        var blocked = options.BlockedKeysFile is null ? null : BlockedKeys.FindFault(options.BlockedKeysFile);
        if (blocked is not null)
        {
            faults.Add($"{PulseCertsOptions.SectionName}:{nameof(options.BlockedKeysFile)} cannot be used: {blocked}");
        }

        if (!services.IsService(typeof(ICaSigner)))
        {
            faults.Add("No signer: call .UseSigner(...) after AddPulseCerts, for example with CaSigners.FromEncryptedPem.");
        }

        if (!services.IsService(typeof(ICertificateStore)))
        {
            faults.Add("No store: call .UseStore(...) after AddPulseCerts with a data source that acts as the role pulse_worker.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsCrlUrl(Uri url) =>
        url.IsAbsoluteUri && url.Scheme == Uri.UriSchemeHttp && url.AbsoluteUri.Length <= MaxUrlLength && url.UserInfo.Length == 0;

    private static void CheckRange<T>(List<string> faults, string name, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            faults.Add($"{PulseCertsOptions.SectionName}:{name} is {value}; set it between {least} and {most}.");
        }
    }

    private static void CheckList<T>(List<string> faults, string name, IReadOnlyList<T> values, T least, T most)
        where T : IComparable<T>
    {
        if (values.Count is 0 or > 10 || values.Distinct().Count() != values.Count)
        {
            faults.Add($"{PulseCertsOptions.SectionName}:{name} has {values.Count} values; give one to ten, all different.");
            return;
        }

        if (values.Min()!.CompareTo(least) < 0 || values.Max()!.CompareTo(most) > 0)
        {
            faults.Add($"{PulseCertsOptions.SectionName}:{name} is {string.Join(", ", values)}; set each between {least} and {most}.");
        }
    }
}
