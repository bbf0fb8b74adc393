using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pulse.Auth;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoint a provider tells of logouts.</summary>
public static class PulseBackchannelLogoutEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>POST</c> of a logout token (OpenID Connect Back-Channel Logout 1.0): it ends the browser sessions it names
    /// by <c>sid</c>, or else by <c>sub</c>, and denies their access tokens. Needs <c>AddPulseBrowserLogin</c>.
    /// </summary>
    /// <remarks>
    /// Answers 200, 400 for a token that is refused, and 503 while keys, denylist or session store give no answer; never
    /// with a reason. The provider reaches it from its own address: register the full URL there.
    /// </remarks>
    /// <param name="endpoints">The route builder.</param>
    /// <param name="pattern">The path.</param>
    /// <returns>A builder for conventions of the endpoint.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IEndpointConventionBuilder MapPulseBackchannelLogout(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern = "/signout/backchannel")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);

        return endpoints.MapPost(pattern, (RequestDelegate)BackchannelLogoutEndpoint.HandleAsync).AllowAnonymous();
    }
}
