using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pulse.Audit;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds the audit of requests to a pipeline.</summary>
public static class PulseAuditApplicationBuilderExtensions
{
    /// <summary>
    /// Records one event <c>http.request</c> of class Access a request: method, path (without query), route, status, duration, trace id,
    /// who acts and on whose behalf, the client's address, the connection's peer, the raw forwarded list; also when the handler
    /// throws or the client goes away. Put it behind <c>UseForwardedHeaders</c> and before everything else of yours.
    /// </summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="configure">Changes what is said of the caller; null keeps the defaults.</param>
    public static IApplicationBuilder UsePulseAudit(this IApplicationBuilder app, Action<PulseAuditRequestOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        var options = new PulseAuditRequestOptions();
        configure?.Invoke(options);
        var services = app.ApplicationServices;
        var writer = services.GetRequiredService<IAuditWriter>();
        var time = services.GetRequiredService<TimeProvider>();
        var metrics = services.GetRequiredService<AuditMetrics>();
        var logger = services.GetRequiredService<ILogger<AuditMiddleware>>();
        return app.Use(next => new AuditMiddleware(next, writer, options, time, metrics, logger).InvokeAsync);
    }
}
