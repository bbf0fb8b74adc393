namespace Pulse.Auth;

/// <summary>The bounds of <see cref="PulseJwtOptions"/>, frozen.</summary>
internal sealed record TokenLimits(int MaxTokenBytes, TimeSpan ClockSkew, TimeSpan MaxLifetime)
{
    public static TokenLimits From(PulseJwtOptions options) => new(options.MaxTokenBytes, options.ClockSkew, options.MaxLifetime);
}
