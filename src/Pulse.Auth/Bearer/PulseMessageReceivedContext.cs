using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Pulse.Auth;

/// <summary>A request whose token has not been read yet.</summary>
/// <param name="context">The request.</param>
/// <param name="scheme">The bearer scheme.</param>
/// <param name="options">Its options.</param>
public sealed class PulseMessageReceivedContext(HttpContext context, AuthenticationScheme scheme, PulseJwtOptions options)
    : BaseContext<PulseJwtOptions>(context, scheme, options)
{
    /// <summary>The token to judge in place of the one in the <c>Authorization</c> header.</summary>
    /// <remarks>
    /// For requests that cannot have the header, such as a browser's WebSocket. Allow it for their paths alone: an address ends
    /// in logs and histories, and a cookie is sent by any page.
    /// </remarks>
    /// <value>Null: the header is read.</value>
    public string? Token { get; set; }
}
