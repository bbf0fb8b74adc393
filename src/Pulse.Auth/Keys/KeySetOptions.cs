namespace Pulse.Auth;

/// <summary>How the signing keys of an issuer are fetched, and how long a fetched set is trusted.</summary>
public sealed class KeySetOptions
{
    /// <summary>Time between two fetches in the background, give or take a tenth. A withdrawn key is trusted no longer.</summary>
    /// <value>5 minutes; from 30 seconds to one hour.</value>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Oldest key set that is still used while the provider cannot be reached; after it requests get 503.</summary>
    /// <value>1 hour; at least <see cref="RefreshInterval"/>, at most 24 hours.</value>
    public TimeSpan MaxStaleness { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Limit of one fetch, discovery document and key set together.</summary>
    /// <value>5 seconds; from 100 milliseconds to one minute.</value>
    public TimeSpan FetchTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Largest answer accepted, in bytes.</summary>
    /// <value>262,144; from 1,024 to 4,194,304.</value>
    public int MaxBytes { get; set; } = 256 * 1024;

    /// <summary>Most keys a set may hold; a larger set is refused whole.</summary>
    /// <value>64; from 1 to 1,024.</value>
    public int MaxKeys { get; set; } = 64;
}
