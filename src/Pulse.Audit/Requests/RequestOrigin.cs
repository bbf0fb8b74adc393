using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Pulse.Audit;

/// <summary>Where a request came from before anybody judged its forwarded headers.</summary>
/// <param name="Peer">The other end of the connection.</param>
/// <param name="Forwarded">The header <c>X-Forwarded-For</c> as it came: whatever the sender liked to write.</param>
internal sealed record RequestOrigin(IPAddress? Peer, string? Forwarded);

/// <summary>Stands before everything the application adds, since the forwarded-headers middleware overwrites both.</summary>
internal sealed class RequestOriginFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, rest) =>
        {
            context.Features.Set(new RequestOrigin(context.Connection.RemoteIpAddress, context.Request.Headers["X-Forwarded-For"]));
            return rest(context);
        });
        next(app);
    };
}
