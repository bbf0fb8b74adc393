using System.Globalization;
using System.Text;
using System.Text.Json;
using Pulse.ReferenceHost.Data;

namespace Pulse.ReferenceHost.WebConsole;

/// <summary>The console's pages as text. Every state a visitor can meet has its own words.</summary>
internal static class Page
{
    public static Task WriteAsync(HttpContext context, Html body, bool refreshing = false)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        var refresh = refreshing ? new Html("<meta http-equiv=\"refresh\" content=\"5\">") : Html.Empty;
        var page = Html.Of($"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">{refresh}
            <title>Pulse console</title><link rel="stylesheet" href="{ConsoleEndpoints.StylePath}"></head>
            <body>{body}</body>
            </html>
            """);
        return context.Response.WriteAsync(page.Markup, Encoding.UTF8);
    }

    public static Task WriteMessageAsync(HttpContext context, string title, string text) =>
        WriteAsync(context, Html.Of($"""<main class="card"><h1>{title}</h1><p>{text}</p><p><a href="/">Back to the console</a></p></main>"""));

    public static Html Welcome() => new("""
        <main class="card"><h1>Pulse console</h1>
        <p>See your tenant’s devices, their latest values, and the messages that were refused.</p>
        <p><a class="button" href="/login?returnUrl=/">Log in</a></p></main>
        """);

    public static Html WithoutTenant(string user) => Html.Of($"""
        {Header(user, "no tenant")}
        <main><section><h2>No tenant</h2>
        <p>This page shows one tenant’s devices, and your account belongs to none. Operators read across tenants through
        <code>GET /api/v1/operator/devices</code> with the header <code>X-Operator-Reason</code>.</p></section></main>
        """);

    public static Html Tenant(
        string user, string tenant, IReadOnlyList<DeviceView> devices, IReadOnlyList<RefusedView> refused, DateTimeOffset now) => Html.Of($"""
        {Header(user, tenant)}
        <main>
        <section><h2>Devices <span class="count">{devices.Count}</span></h2>{Devices(devices, now)}</section>
        <section><h2>Refused messages <span class="count">{refused.Sum(row => row.Count)}</span></h2>{Refused(refused, now)}</section>
        </main>
        """);

    private static Html Header(string user, string tenant) => Html.Of($"""
        <header><strong>Pulse console</strong><span>{tenant}</span><span class="user">{user}</span>
        <form method="post" action="/logout"><button>Log out</button></form></header>
        """);

    private static Html Devices(IReadOnlyList<DeviceView> devices, DateTimeOffset now)
    {
        if (devices.Count == 0)
        {
            return new("<p class=\"empty\">No devices yet.</p>");
        }

        var rows = Html.Join(devices.Select(device => Html.Of($"""
            <tr><td><code>{device.DeviceId}</code></td><td>{device.SiteId ?? "–"}</td><td>{device.Status}</td>
            <td>{Ago(device.LastSeen, now)}</td><td>{Metrics(device.Latest)}</td></tr>
            """)));
        return Html.Of($"""
            <table><thead><tr><th>Device</th><th>Site</th><th>Status</th><th>Last message</th><th>Latest values</th></tr></thead>
            <tbody>{rows}</tbody></table>
            """);
    }

    private static Html Refused(IReadOnlyList<RefusedView> refused, DateTimeOffset now)
    {
        if (refused.Count == 0)
        {
            return new("<p class=\"empty\">Nothing was refused.</p>");
        }

        var rows = Html.Join(refused.Select(row => Html.Of($"""
            <tr><td><code>{row.DeviceId}</code></td><td><b>{row.Reason}</b> {row.Detail}</td><td><code>{row.Topic}</code></td>
            <td class="number">{row.PayloadLength}</td><td class="number">{row.Count}</td><td>{Ago(row.LastAt, now)}</td></tr>
            """)));
        return Html.Of($"""
            <table><thead><tr><th>Device</th><th>Reason</th><th>Topic</th><th>Bytes</th><th>Times</th><th>Last</th></tr></thead>
            <tbody>{rows}</tbody></table>
            """);
    }

    private static Html Metrics(JsonElement? payload)
    {
        if (payload is not { ValueKind: JsonValueKind.Object } latest || !latest.TryGetProperty("metrics", out var metrics))
        {
            return new("<span class=\"empty\">none yet</span>");
        }

        return Html.Join(metrics.EnumerateObject().Select(metric => Html.Of($"""
            <span class="metric">{metric.Name} <b>{Value(metric.Value)}</b></span>
            """)));
    }

    private static string Value(JsonElement value) =>
        (value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText()) ?? string.Empty;

    private static string Ago(DateTimeOffset? then, DateTimeOffset now)
    {
        if (then is not { } at)
        {
            return "never";
        }

        var age = now - at;
        return age.TotalSeconds switch
        {
            < 1.5 => "now",
            < 90 => string.Create(CultureInfo.InvariantCulture, $"{age.TotalSeconds:0} s ago"),
            < 5400 => string.Create(CultureInfo.InvariantCulture, $"{age.TotalMinutes:0} min ago"),
            _ => at.ToString("u", CultureInfo.InvariantCulture),
        };
    }
}
