using Microsoft.AspNetCore.Routing;
using Pulse.Auth;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoints of the browser login.</summary>
public static class PulseBrowserLoginEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>GET /login?returnUrl=</c>, which sends the browser to the provider and afterwards to a path of this
    /// site, and <c>POST /logout</c>, which ends the session here and at the provider.
    /// </summary>
    /// <remarks>A logout is refused with 403 unless <c>Sec-Fetch-Site</c> or <c>Origin</c> shows that a page of this site sent it.</remarks>
    /// <param name="endpoints">The route builder.</param>
    /// <returns>A builder for conventions of both endpoints.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> is null.</exception>
    public static IEndpointConventionBuilder MapPulseBrowserLogin(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);

        var group = endpoints.MapGroup("");
        group.MapGet("/login", BrowserLoginEndpoints.LoginAsync);
        group.MapPost("/logout", BrowserLoginEndpoints.LogoutAsync);
        return group.AllowAnonymous();
    }
}
