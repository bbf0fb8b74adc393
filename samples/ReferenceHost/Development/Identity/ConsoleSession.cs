namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>A signed-in browser session at the console. Its text form shows no cookie.</summary>
internal sealed class ConsoleSession(Uri origin, string cookieHeader)
{
    public Uri Origin { get; } = origin;

    /// <summary>Value of the <c>Cookie</c> header for requests to the console.</summary>
    public string CookieHeader { get; } = cookieHeader;

    public override string ToString() => $"Session at {Origin}";
}
