using System.Reflection;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Pulse.Auth;
using Pulse.ReferenceHost.Data;
using Pulse.Tenancy;

namespace Pulse.ReferenceHost.WebConsole;

/// <summary>The first page: the visitor's own tenant, from the session the provider's login made.</summary>
internal static class ConsoleEndpoints
{
    public const string StylePath = "/console.css";
    private const int MostDevices = 500;
    private const int MostRefused = 50;

    public static void MapConsole(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/", ShowAsync);
        // Browsers ask for an icon; there is none, and that is no error.
        endpoints.MapGet("/favicon.ico", () => Results.NoContent());
        var style = ReadStyle();
        endpoints.MapGet(StylePath, (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "public, max-age=300";
            return Results.Bytes(style, "text/css; charset=utf-8");
        });
    }

    private static async Task ShowAsync(HttpContext context, ITenantDatabase database, TimeProvider time)
    {
        var session = await context.AuthenticateAsync(PulseBrowserLoginDefaults.SessionScheme);
        if (!session.Succeeded)
        {
            await Page.WriteAsync(context, Page.Welcome());
            return;
        }

        var user = session.Principal.FindFirstValue(PulseClaimTypes.PreferredUsername) ?? session.Principal.GetPulseSubject() ?? "unknown";
        var tenant = session.Principal.GetPulseTenant();
        if (tenant is null)
        {
            await Page.WriteAsync(context, Page.WithoutTenant(user));
            return;
        }

        var id = TenantId.Parse(tenant);
        var devices = await TenantReads.DevicesAsync(database, id, after: null, MostDevices, context.RequestAborted);
        var refused = await TenantReads.RefusedAsync(database, id, MostRefused, context.RequestAborted);
        await Page.WriteAsync(context, Page.Tenant(user, tenant, devices, refused, time.GetUtcNow()), refreshing: true);
    }

    private static byte[] ReadStyle()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Pulse.ReferenceHost.WebConsole.console.css")
            ?? throw new InvalidOperationException("The console's style sheet is not in this build.");
        var style = new byte[stream.Length];
        stream.ReadExactly(style);
        return style;
    }
}
