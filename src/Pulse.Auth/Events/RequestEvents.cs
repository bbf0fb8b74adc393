using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Pulse.Auth;

/// <summary>Takes from a request what an event says about it.</summary>
internal static class RequestEvents
{
    public static TokenAccepted Accepted(HttpContext context, string scheme, VerifiedToken token) => new()
    {
        Scheme = scheme,
        Issuer = token.Issuer,
        Subject = token.Subject,
        TenantId = token.TenantId,
        RemoteAddress = context.Connection.RemoteIpAddress,
        Path = PathOf(context),
        TraceId = TraceOf(context),
    };

    public static TokenRefused Refused(HttpContext context, string scheme, PulseTokenFailure failure, string? issuer) => new()
    {
        Scheme = scheme,
        Issuer = issuer,
        Failure = failure,
        RemoteAddress = context.Connection.RemoteIpAddress,
        Path = PathOf(context),
        TraceId = TraceOf(context),
    };

    public static AccessDenied Denied(HttpContext context)
    {
        var user = context.User;
        var subject = user.FindFirst(PulseClaimTypes.Subject);
        var named = context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>() ?? [];
        return new AccessDenied
        {
            Scheme = subject?.Subject?.AuthenticationType,
            Issuer = subject?.Issuer,
            Subject = user.GetPulseSubject(),
            TenantId = user.GetPulseTenant(),
            RemoteAddress = context.Connection.RemoteIpAddress,
            Path = PathOf(context),
            TraceId = TraceOf(context),
            Policies = [.. named.Select(data => data.Policy).OfType<string>()],
            Roles = [.. user.FindAll(PulseClaimTypes.Role).Select(claim => claim.Value)],
        };
    }

    private static string PathOf(HttpContext context) => context.Request.PathBase.Add(context.Request.Path).Value ?? "";

    private static string? TraceOf(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
}
