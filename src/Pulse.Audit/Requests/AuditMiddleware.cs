using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Pulse.Audit;

/// <summary>Writes one event of class Access for each request, however it ends; never waits, and changes nothing about the request.</summary>
internal sealed class AuditMiddleware(
    RequestDelegate next,
    IAuditWriter writer,
    PulseAuditRequestOptions options,
    TimeProvider time,
    AuditMetrics metrics,
    ILogger<AuditMiddleware> logger)
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
            if (options.Skip is null || !Ask("skip", options.Skip, context))
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
            TenantId = Ask("tenant", options.TenantId, context),
            Actor = Ask("actor", options.Actor, context),
            OnBehalfOf = Ask("on_behalf_of", options.OnBehalfOf, context),
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

    /// <summary>
    /// Asks the application about the request. An answer that fails is none: it must neither take the place of the handler's answer
    /// nor keep the request out of the trail.
    /// </summary>
    private T? Ask<T>(string question, Func<HttpContext, T> ask, HttpContext context)
    {
        try
        {
            return ask(context);
        }
        catch (Exception failure)
        {
            // Foreign code may throw anything.
            metrics.RequestQuestionFailed(question);
            Log.RequestQuestionFailed(logger, question, failure);
            return default;
        }
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
