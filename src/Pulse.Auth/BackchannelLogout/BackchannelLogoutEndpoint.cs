using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Pulse.Auth;

/// <summary>Receives logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.5) and answers as §2.8 says.</summary>
internal static class BackchannelLogoutEndpoint
{
    private const int MaxBodyBytes = 64 * 1024;
    private const string FormType = "application/x-www-form-urlencoded";

    private static readonly FormOptions Limits = new()
    {
        ValueCountLimit = 16,
        KeyLengthLimit = 256,
        ValueLengthLimit = MaxBodyBytes,
        BufferBodyLengthLimit = MaxBodyBytes,
    };

    public static async Task HandleAsync(HttpContext context)
    {
        var logout = context.RequestServices.GetRequiredService<BackchannelLogout>();
        context.Response.Headers.CacheControl = "no-store";
        var token = await ReadTokenAsync(context).ConfigureAwait(false);
        var failure = token is null
            ? logout.Report(LogoutTokenFailure.RequestInvalid)
            : await logout.ReceiveAsync(token, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = failure switch
        {
            LogoutTokenFailure.None => StatusCodes.Status200OK,
            LogoutTokenFailure.Unavailable => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status400BadRequest,
        };
    }

    private static async Task<string?> ReadTokenAsync(HttpContext context)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MaxBodyBytes;
        }

        try
        {
            var form = await context.Request.ReadFormAsync(Limits, context.RequestAborted).ConfigureAwait(false);
            var tokens = form["logout_token"];
            return tokens.Count == 1 ? tokens[0] : null;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            return null;
        }
    }
}
