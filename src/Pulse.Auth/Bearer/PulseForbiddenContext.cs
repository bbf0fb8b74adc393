using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Pulse.Auth;

/// <summary>A request whose principal may not do what it asks.</summary>
/// <param name="context">The request.</param>
/// <param name="scheme">The bearer scheme.</param>
/// <param name="options">Its options.</param>
/// <param name="properties">Properties of the refusal.</param>
public sealed class PulseForbiddenContext(HttpContext context, AuthenticationScheme scheme, PulseJwtOptions options, AuthenticationProperties properties)
    : PropertiesContext<PulseJwtOptions>(context, scheme, options, properties);
