using Pulse.ReferenceHost.WebConsole;

namespace Pulse.ReferenceHost.Api;

/// <summary>The same headers on every answer; pages may load their own style sheet and nothing else.</summary>
internal sealed class SecurityHeaders(RequestDelegate next, IdentitySettings identity)
{
    // form-action also governs where a form's answer may redirect to: logging out goes on to the provider.
    private readonly string _policy =
        $"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {new Uri(identity.Issuer).GetLeftPart(UriPartial.Authority)}; "
        + "base-uri 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = _policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (context.Request.Path != ConsoleEndpoints.StylePath)
        {
            headers.CacheControl = "no-store";
        }

        return next(context);
    }
}
