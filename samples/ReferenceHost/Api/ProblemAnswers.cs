using Microsoft.AspNetCore.Diagnostics;
using Npgsql;
using Pulse.ReferenceHost.WebConsole;

namespace Pulse.ReferenceHost.Api;

/// <summary>Errors as RFC 9457 problem details: what is wrong and what to do, never what only we should know.</summary>
internal static class ProblemAnswers
{
    public static IResult BadRequest(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status400BadRequest);

    public static IResult NotFound(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status404NotFound);

    /// <summary>Answers for an unhandled exception: 503 when the database is away, else 500.</summary>
    public static void Handle(IApplicationBuilder app) => app.Run(static async context =>
    {
        var error = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        var unavailable = error is NpgsqlException { IsTransient: true } or NpgsqlException { SqlState: null };
        var status = unavailable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
        var detail = unavailable
            ? "The database cannot be reached. Nothing was changed; try again in a few seconds."
            : "The request could not be answered. The server's log says why.";
        context.Response.StatusCode = status;
        if (unavailable)
        {
            context.Response.Headers.RetryAfter = "5";
        }

        if (context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
        {
            await Results.Problem(detail, statusCode: status).ExecuteAsync(context);
        }
        else
        {
            await Page.WriteMessageAsync(context, unavailable ? "Not available" : "Something went wrong", detail);
        }
    });
}
