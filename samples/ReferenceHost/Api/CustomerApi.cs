using System.Globalization;
using Pulse.Auth;
using Pulse.ReferenceHost.Data;
using Pulse.Tenancy;

namespace Pulse.ReferenceHost.Api;

/// <summary>The customer plane: a tenant sees its own devices. The tenant comes from the token and from nowhere else.</summary>
internal static class CustomerApi
{
    private const int DefaultLimit = 100;
    private const int MostRows = 1_000;

    public static void MapCustomerApi(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/api/v1/customer").RequireAuthorization(PulsePolicies.Customer);
        group.MapGet("/devices", ListDevicesAsync);
        group.MapGet("/devices/{deviceId}/telemetry", ListTelemetryAsync);
    }

    private static async Task<IResult> ListDevicesAsync(
        HttpContext context, ITenantDatabase database, string? after, string? limit, CancellationToken cancellationToken)
    {
        var rows = ParseLimit(limit);
        if (rows is null)
        {
            return ProblemAnswers.BadRequest($"limit must be a whole number from 1 to {MostRows}.");
        }

        var devices = await TenantReads.DevicesAsync(database, Tenant(context), after, rows.Value, cancellationToken);
        return Results.Ok(new { devices, next = devices.Count == rows ? devices[^1].DeviceId : null });
    }

    private static async Task<IResult> ListTelemetryAsync(
        HttpContext context, ITenantDatabase database, string deviceId, string? before, string? limit, CancellationToken cancellationToken)
    {
        var rows = ParseLimit(limit);
        if (rows is null)
        {
            return ProblemAnswers.BadRequest($"limit must be a whole number from 1 to {MostRows}.");
        }

        Guid? beforeId = null;
        if (before is not null)
        {
            if (!Guid.TryParse(before, out var parsed))
            {
                return ProblemAnswers.BadRequest("before must be the messageId of a message this API returned.");
            }

            beforeId = parsed;
        }

        var telemetry = await TenantReads.TelemetryAsync(database, Tenant(context), deviceId, beforeId, rows.Value, cancellationToken);
        return telemetry is null
            ? ProblemAnswers.NotFound("This tenant has no such device.")
            : Results.Ok(new { telemetry, next = telemetry.Count == rows ? telemetry[^1].MessageId : (Guid?)null });
    }

    private static int? ParseLimit(string? limit)
    {
        if (limit is null)
        {
            return DefaultLimit;
        }

        return int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var rows) && rows is >= 1 and <= MostRows ? rows : null;
    }

    // The policy has let nobody through who has no tenant.
    private static TenantId Tenant(HttpContext context) => TenantId.Parse(context.User.GetPulseTenant()!);
}
