namespace Pulse.Auth;

/// <summary>Where an application steps into the bearer scheme, as JwtBearer's events let it.</summary>
/// <remarks>
/// They run on the path of the request, and what they throw fails it. To record what happened use <see cref="AuthEvents"/>,
/// which never holds a request up.
/// </remarks>
public sealed class PulseJwtEvents
{
    /// <summary>Called before the token is read; may take it from another place than the header.</summary>
    /// <value>Does nothing.</value>
    public Func<PulseMessageReceivedContext, Task> OnMessageReceived { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Called when a token has passed every check; may add claims to its new principal, or refuse it.</summary>
    /// <value>Does nothing.</value>
    public Func<PulseTokenValidatedContext, Task> OnTokenValidated { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Called before a request is answered 401 or 503; may answer it instead.</summary>
    /// <value>Does nothing.</value>
    public Func<PulseChallengeContext, Task> OnChallenge { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Called when status and header of a 403 are set; may write a body.</summary>
    /// <value>Does nothing.</value>
    public Func<PulseForbiddenContext, Task> OnForbidden { get; set; } = static _ => Task.CompletedTask;
}
