using System.Net;

namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>What the embedded provider needs to start.</summary>
internal sealed class EmbeddedProviderOptions
{
    /// <summary>The host's environment name; everything but Development is refused.</summary>
    public required string EnvironmentName { get; init; }

    /// <summary>Port of the provider's own listener.</summary>
    public required int Port { get; init; }

    /// <summary>Address of the listener; loopback only.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Origin of the console, e.g. <c>http://127.0.0.1:5080</c>: where <c>pulse-web</c> may be redirected to.</summary>
    public required Uri ConsoleOrigin { get; init; }

    /// <summary>Secret of the confidential client <c>pulse-web</c>.</summary>
    public required string WebClientSecret { get; init; }

    /// <summary>The one password of all development users.</summary>
    public required string Password { get; init; }

    /// <summary>Folder of the signing key and of the cookie keys; created when missing, readable by its owner alone.</summary>
    public required string KeyFolder { get; init; }

    /// <summary>Clock of the sign-in attempts and sessions.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
