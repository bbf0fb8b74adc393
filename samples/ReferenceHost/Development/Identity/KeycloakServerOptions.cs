namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>What a development Keycloak needs to start.</summary>
internal sealed class KeycloakServerOptions
{
    /// <summary>The host's environment name; everything but Development is refused.</summary>
    public required string EnvironmentName { get; init; }

    /// <summary>An unpacked Keycloak distribution; nothing is written there. Default: the environment variable <c>KEYCLOAK_HOME</c>.</summary>
    public string? Distribution { get; init; } = Environment.GetEnvironmentVariable("KEYCLOAK_HOME");

    /// <summary>
    /// This server's own folder: built once from the distribution and kept for the next start. One server at a time uses it.
    /// </summary>
    public required string Folder { get; init; }

    /// <summary>Loopback port of the realm.</summary>
    public required int Port { get; init; }

    /// <summary>Loopback port of the health checks.</summary>
    public required int ManagementPort { get; init; }

    /// <summary>Origin of the console, e.g. <c>http://127.0.0.1:5080</c>: where <c>pulse-web</c> may be redirected to.</summary>
    public required Uri ConsoleOrigin { get; init; }

    /// <summary>Secret of the confidential client <c>pulse-web</c>.</summary>
    public required string WebClientSecret { get; init; }

    /// <summary>The one password of all development users.</summary>
    public required string Password { get; init; }

    /// <summary>Password of an administrator named <c>admin</c> of the realm <c>master</c>. Default: null, no administrator.</summary>
    public string? AdminPassword { get; init; }

    /// <summary>The realm to import. Default: the one a deployment imports.</summary>
    public string RealmFile { get; init; } = Path.Combine(AppContext.BaseDirectory, "deploy", "keycloak", "realm-pulse.json");

    /// <summary>How long a start may take; the first one of a folder builds the server and takes a minute on two cores. Default: 4 minutes.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(4);
}
