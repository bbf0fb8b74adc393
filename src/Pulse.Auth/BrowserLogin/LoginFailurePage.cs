using Microsoft.AspNetCore.Http;

namespace Pulse.Auth;

/// <summary>What a person sees when the login did not work. Holds nothing of the request.</summary>
internal static class LoginFailurePage
{
    private const string Head = """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>Login failed</title><h1>Login failed</h1><p>
        """;

    public static Task WriteAsync(HttpContext context, bool unavailable)
    {
        var response = context.Response;
        response.StatusCode = unavailable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status403Forbidden;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        if (unavailable)
        {
            response.Headers.RetryAfter = "5";
        }

        var text = unavailable
            ? "The identity provider cannot be reached right now. Please try again in a moment."
            : "The identity provider's answer was not accepted. Nothing was changed; the reason is in the log of this server.";
        return response.WriteAsync($"{Head}{text}</p><p><a href=\"/login\">Try again</a></p></html>", context.RequestAborted);
    }
}
