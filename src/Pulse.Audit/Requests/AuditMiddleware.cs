using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Pulse.Audit;

/// <summary>Writes one event of class Access for each request, however it ends; never waits, and changes nothing about the request.</summary>
internal sealed class AuditMiddleware(RequestDelegate next, IAuditWriter writer, PulseAuditRequestOptions options, TimeProvider time)
{
    public const string EventType = "http.request";

    // As proxies write it: the client went away before the answer.
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        // A pipeline that runs again for an error page is the same request.
        if (context.Features.Get<RecordedRequest>() is not null)
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        context.Features.Set(new RecordedRequest());
        var started = time.GetTimestamp();
        Exception? failure = null;
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            failure = thrown;
            throw;
        }
        finally
        {
            if (options.Skip?.Invoke(context) != true)
            {
                writer.TryWrite(ToEvent(context, failure, time.GetElapsedTime(started)));
            }
        }
    }

    private AuditEvent ToEvent(HttpContext context, Exception? failure, TimeSpan duration)
    {
        var origin = context.Features.Get<RequestOrigin>();
        var aborted = context.RequestAborted.IsCancellationRequested;
        var status = StatusOf(context, failure, aborted);
        return new AuditEvent
        {
            Type = EventType,
            Class = AuditClass.Access,
            Outcome = failure is null || aborted ? OutcomeOf(status) : AuditOutcome.Error,
            TenantId = options.TenantId(context),
            Actor = options.Actor(context),
            OnBehalfOf = options.OnBehalfOf(context),
            Reason = aborted ? "aborted" : failure?.GetType().Name,
            Peer = context.Connection.RemoteIpAddress,
            Fields =
            [
                AuditField.Public("method", context.Request.Method),
                AuditField.Public("path", context.Request.Path.Value),
                AuditField.Public("route", (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText),
                AuditField.Public("status", status),
                AuditField.Public("duration_us", (long)duration.TotalMicroseconds),
                AuditField.Personal("peer", origin?.Peer?.ToString()),
                AuditField.Personal("forwarded", origin?.Forwarded),
            ],
        };
    }

    private static int StatusOf(HttpContext context, Exception? failure, bool aborted)
    {
        if (aborted)
        {
            return ClientClosedRequest;
        }

        // Once the answer has begun its status is what the client saw, whatever happened afterwards.
        return failure is null || context.Response.HasStarted ? context.Response.StatusCode : StatusCodes.Status500InternalServerError;
    }

    internal static AuditOutcome OutcomeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => AuditOutcome.Denied,
        >= 500 => AuditOutcome.Error,
        >= 400 => AuditOutcome.Failure,
        _ => AuditOutcome.Success,
    };

    private sealed class RecordedRequest;
}
