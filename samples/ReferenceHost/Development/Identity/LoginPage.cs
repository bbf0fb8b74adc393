using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Antiforgery;

namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>The provider's pages: HTML without scripts, under a content security policy that allows none.</summary>
internal sealed class LoginPage
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:4rem auto;padding:0 1rem;color:#1d2733}"
        + "label{display:block;margin-top:1rem}input{width:100%;padding:.5rem;font:inherit;box-sizing:border-box}"
        + "button{margin-top:1.5rem;padding:.6rem 1.2rem;font:inherit}#error{color:#a3160b}table{margin-top:2rem;width:100%}"
        + "td,th{text-align:left;padding:.2rem .5rem .2rem 0}";

    private readonly string _policy;

    public LoginPage(Uri consoleOrigin)
    {
        var style = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)));
        // Browsers apply form-action to the redirects that answer the form, so the clients' addresses belong to it.
        _policy = $"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; frame-ancestors 'none'; "
            + $"form-action 'self' {consoleOrigin.GetLeftPart(UriPartial.Authority)} http://127.0.0.1:*";
    }

    public Task WriteSignInAsync(HttpContext context, AntiforgeryTokenSet tokens, string action, string? error)
    {
        var users = new StringBuilder();
        foreach (var user in DevelopmentUsers.All)
        {
            users.Append($"<tr><td>{Encode(user.UserName)}</td><td>{Encode(user.TenantId ?? "–")}</td><td>{Encode(user.Role)}</td></tr>");
        }

        return WriteAsync(
            context,
            "Sign in to Pulse (development)",
            $"""
            {(error is null ? string.Empty : $"<p id=\"error\" role=\"alert\">{Encode(error)}</p>")}
            <form id="login" method="post" action="{Encode(action)}">
            {Hidden(tokens.FormFieldName, tokens.RequestToken)}
            <label>User name <input name="username" autocomplete="username" autofocus required maxlength="64"></label>
            <label>Password <input name="password" type="password" autocomplete="current-password" required maxlength="128"></label>
            <button type="submit">Sign in</button>
            </form>
            <table><caption>Development users: one shared password, no real people</caption>
            <thead><tr><th>User</th><th>Tenant</th><th>Role</th></tr></thead><tbody>{users}</tbody></table>
            """);
    }

    public Task WriteSignOutAsync(
        HttpContext context, AntiforgeryTokenSet tokens, string action, IEnumerable<KeyValuePair<string, string?>> parameters) =>
        WriteAsync(
            context,
            "Sign out of Pulse (development)",
            $"""
            <form id="logout" method="post" action="{Encode(action)}">
            {Hidden(tokens.FormFieldName, tokens.RequestToken)}
            {string.Concat(parameters.Select(parameter => Hidden(parameter.Key, parameter.Value)))}
            <button type="submit">Sign out</button>
            </form>
            """);

    public Task WriteMessageAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, "Pulse (development)", $"<p id=\"error\">{Encode(message)}</p>");
    }

    private Task WriteAsync(HttpContext context, string title, string body)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = _policy;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(
            $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
            <style>{Style}</style></head>
            <body><main><h1>{title}</h1>
            {body}
            </main></body></html>
            """,
            context.RequestAborted);
    }

    private static string Hidden(string name, string? value) =>
        $"<input type=\"hidden\" name=\"{Encode(name)}\" value=\"{Encode(value ?? string.Empty)}\">";

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
