namespace Pulse.Auth;

/// <summary>Defaults of the bearer scheme.</summary>
public static class PulseJwtDefaults
{
    /// <summary>Name of the scheme <c>AddPulseJwt</c> registers.</summary>
    public const string AuthenticationScheme = "Bearer";
}
