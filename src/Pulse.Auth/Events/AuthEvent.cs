using System.Net;

namespace Pulse.Auth;

/// <summary>What every event says about its request.</summary>
public abstract class AuthEvent
{
    private protected AuthEvent()
    {
    }

    /// <summary>Name of the authentication scheme; null when the caller used none of this package.</summary>
    public string? Scheme { get; init; }

    /// <summary>The configured issuer; null when the token named none of them.</summary>
    public string? Issuer { get; init; }

    /// <summary>The verified subject; null when nothing was verified.</summary>
    public string? Subject { get; init; }

    /// <summary>The verified tenant; null when nothing was verified or the caller has none.</summary>
    public string? TenantId { get; init; }

    /// <summary>Address of the client as the application sees it, after forwarded headers.</summary>
    public IPAddress? RemoteAddress { get; init; }

    /// <summary>Path of the request, without query.</summary>
    public string Path { get; init; } = "";

    /// <summary>Trace identifier of the request.</summary>
    public string? TraceId { get; init; }
}
