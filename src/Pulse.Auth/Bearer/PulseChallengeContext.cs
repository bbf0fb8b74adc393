using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Pulse.Auth;

/// <summary>A request that is about to be answered 401, or 503 when <see cref="RetryAfter"/> is set.</summary>
/// <param name="context">The request.</param>
/// <param name="scheme">The bearer scheme.</param>
/// <param name="options">Its options.</param>
/// <param name="properties">Properties of the challenge.</param>
public sealed class PulseChallengeContext(HttpContext context, AuthenticationScheme scheme, PulseJwtOptions options, AuthenticationProperties properties)
    : PropertiesContext<PulseJwtOptions>(context, scheme, options, properties)
{
    /// <summary>Why the token was refused; <see cref="PulseTokenFailure.None"/> when the request brought none.</summary>
    /// <remarks>Never tell it to the caller: it would help to forge tokens.</remarks>
    public PulseTokenFailure Failure { get; init; }

    /// <summary>How long the caller should wait; set when keys or denylist gave no answer, and only then.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the event has answered the request.</summary>
    public bool Handled { get; private set; }

    /// <summary>Says that the event has answered the request; status and headers are then its own, but <c>Cache-Control</c>.</summary>
    public void HandleResponse() => Handled = true;
}
