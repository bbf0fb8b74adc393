using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;

namespace Pulse.Auth;

/// <summary>Reports a denied request, then lets the handler before it answer.</summary>
internal sealed class AccessDeniedReporter(IAuthorizationMiddlewareResultHandler inner, AuthEventQueue events) : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Forbidden)
        {
            events.Add(RequestEvents.Denied(context));
        }

        return inner.HandleAsync(next, context, policy, authorizeResult);
    }
}
