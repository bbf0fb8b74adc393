namespace Pulse.Auth;

/// <summary>Defaults of the browser login.</summary>
public static class PulseBrowserLoginDefaults
{
    /// <summary>Scheme that authenticates a request by its session cookie.</summary>
    public const string SessionScheme = "Pulse.Session";

    /// <summary>Scheme that sends the browser to the provider.</summary>
    public const string ChallengeScheme = "Pulse.Oidc";
}
