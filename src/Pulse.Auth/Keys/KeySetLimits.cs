namespace Pulse.Auth;

/// <summary><see cref="KeySetOptions"/>, frozen.</summary>
internal sealed record KeySetLimits(TimeSpan RefreshInterval, TimeSpan MaxStaleness, TimeSpan FetchTimeout, int MaxBytes, int MaxKeys)
{
    public static KeySetLimits From(KeySetOptions options) =>
        new(options.RefreshInterval, options.MaxStaleness, options.FetchTimeout, options.MaxBytes, options.MaxKeys);
}
