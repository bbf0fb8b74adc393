namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>The clients both development providers know, and the audience of their access tokens.</summary>
internal static class DevelopmentClients
{
    /// <summary>The audience of every access token.</summary>
    public const string Audience = "pulse-api";

    /// <summary>The console: confidential.</summary>
    public const string Web = "pulse-web";

    /// <summary>The command line: public, redirected to a loopback port of its choice (RFC 8252 §7.3).</summary>
    public const string CommandLine = "pulse-cli";

    /// <summary>As the command line, with access tokens that live one second: proof that expiry is enforced.</summary>
    public const string ShortLived = "pulse-short";

    /// <summary>The redirect address of the public clients, registered without its port.</summary>
    public const string LoopbackRedirect = "http://127.0.0.1/callback";
}
