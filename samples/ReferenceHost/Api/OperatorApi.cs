using Pulse.Auth;
using Pulse.ReferenceHost.Data;
using Pulse.Tenancy;

namespace Pulse.ReferenceHost.Api;

/// <summary>The operator plane: any tenant, with a reason, and never without a committed grant row.</summary>
internal static class OperatorApi
{
    public const string ReasonHeader = "X-Operator-Reason";
    private static readonly TimeSpan GrantLifetime = TimeSpan.FromMinutes(5);

    public static void MapOperatorApi(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGroup("/api/v1/operator").RequireAuthorization(PulsePolicies.Operator)
            .MapGet("/devices", ListDevicesAsync);

    private static async Task<IResult> ListDevicesAsync(
        HttpContext context, IOperatorDatabase database, string? tenant, CancellationToken cancellationToken)
    {
        var reasons = context.Request.Headers[ReasonHeader];
        var reason = reasons.Count == 1 ? reasons[0] : null;
        if (!OperatorGrant.IsValidReason(reason))
        {
            return ProblemAnswers.BadRequest($"Say why in one {ReasonHeader} header of 10 to 500 characters. It is recorded.");
        }

        TenantId? target = null;
        if (tenant is not null)
        {
            if (!TenantId.TryParse(tenant, out var parsed))
            {
                return ProblemAnswers.BadRequest("tenant is not a valid tenant identifier.");
            }

            target = parsed;
        }

        var grant = new OperatorGrant(context.User.GetPulseSubject()!, reason!, GrantLifetime, target);
        var devices = await OperatorReads.DevicesAsync(database, grant, cancellationToken);
        return Results.Ok(new { grantId = grant.Id, devices });
    }
}
