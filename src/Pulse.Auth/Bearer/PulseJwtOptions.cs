using Microsoft.AspNetCore.Authentication;

namespace Pulse.Auth;

/// <summary>Options of <c>AddPulseJwt</c>; read once, when the first token arrives.</summary>
public sealed class PulseJwtOptions : AuthenticationSchemeOptions
{
    /// <summary>Sets the defaults.</summary>
    public PulseJwtOptions() => Events = new PulseJwtEvents();

    /// <summary>The providers whose tokens are accepted, each named by its exact issuer text.</summary>
    /// <value>Empty by default; at least one is required.</value>
    public IList<PulseIssuerOptions> Issuers { get; } = [];

    /// <summary>How far the clocks of provider and application may differ.</summary>
    /// <value>30 seconds; from zero to five minutes.</value>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest token accepted, in characters of its compact form.</summary>
    /// <value>8,192; from 256 to 16,384.</value>
    public int MaxTokenBytes { get; set; } = 8192;

    /// <summary>Longest time between a token's issue and its expiry.</summary>
    /// <value>24 hours; from one second to seven days.</value>
    public TimeSpan MaxLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Whether validated tokens are reused for a short time.</summary>
    public TokenCacheOptions TokenCache { get; } = new();

    /// <summary>How signing keys are fetched and how long they are trusted.</summary>
    public KeySetOptions KeySet { get; } = new();

    /// <summary>Where the application steps in.</summary>
    /// <value>Events that do nothing.</value>
    public new PulseJwtEvents Events
    {
        get => (PulseJwtEvents)base.Events!;
        set => base.Events = value;
    }
}
