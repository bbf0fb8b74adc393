using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Pulse.Auth;

/// <summary>
/// A token that has passed every check. <c>Fail</c> and <c>NoResult</c> refuse it as any other token is refused, with
/// <see cref="PulseTokenFailure.RefusedByApplication"/>; claims added to <c>Principal</c> are this request's alone.
/// </summary>
public sealed class PulseTokenValidatedContext : ResultContext<PulseJwtOptions>
{
    /// <summary>Describes the request and its token.</summary>
    /// <param name="context">The request.</param>
    /// <param name="scheme">The bearer scheme.</param>
    /// <param name="options">Its options.</param>
    /// <param name="token">The token.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public PulseTokenValidatedContext(HttpContext context, AuthenticationScheme scheme, PulseJwtOptions options, VerifiedToken token)
        : base(context, scheme, options)
    {
        ArgumentNullException.ThrowIfNull(token);

        Token = token;
        Principal = token.CreatePrincipal(Scheme.Name);
        Properties.ExpiresUtc = token.ExpiresAt;
    }

    /// <summary>What the token said.</summary>
    public VerifiedToken Token { get; }
}
