using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>
/// A real Keycloak on loopback with the deployed realm, the development users and a database in memory. It ends with this
/// object, and with this process however that ends.
/// </summary>
internal sealed class KeycloakServer : IAsyncDisposable
{
    /// <summary>
    /// Runs the server until it ends or standard input does. The pipe to our standard input closes with this process, even when
    /// it is killed. The first parameter is the log file, the rest the command.
    /// </summary>
    private const string Watch = """
        trap '' INT
        exec 3<&0
        log=$1; shift
        "$@" </dev/null >"$log" 2>&1 3<&- &
        server=$!
        { read -r _ <&3; kill -TERM "$server"; } &
        watcher=$!
        wait "$server"; status=$?
        kill "$watcher" 2>/dev/null
        exit "$status"
        """;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);
    private readonly KeycloakFolder _folder;
    private readonly Process _process;

    private KeycloakServer(KeycloakFolder folder, Process process, Uri issuer)
    {
        _folder = folder;
        _process = process;
        Issuer = issuer;
    }

    /// <summary>The issuer of the tokens, <c>http://127.0.0.1:{port}/realms/pulse</c>.</summary>
    public Uri Issuer { get; }

    /// <summary>The server's own log.</summary>
    public string LogFile => _folder.LogFile;

    /// <summary>Starts Keycloak; when this returns the realm answers.</summary>
    /// <exception cref="InvalidOperationException">
    /// Not in Development; no distribution, no Java; or the server did not start, with the end of its log.
    /// </exception>
    public static async Task<KeycloakServer> StartAsync(KeycloakServerOptions options, CancellationToken cancellationToken)
    {
        DevelopmentOnly.Require(options.EnvironmentName, "The development Keycloak");
        var folder = KeycloakFolder.Open(options.Distribution, options.Folder);
        KeycloakServer? server = null;
        try
        {
            await RequireJavaAsync(cancellationToken);
            var realm = await File.ReadAllTextAsync(options.RealmFile, cancellationToken);
            folder.WriteImport(KeycloakRealm.Compose(realm, options.Password));
            server = new KeycloakServer(folder, Launch(folder, options), new Uri($"http://127.0.0.1:{options.Port}/realms/pulse"));
            await server.WaitUntilReadyAsync(options, cancellationToken);
            return server;
        }
        catch
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }

            folder.Dispose();
            throw;
        }
    }

    /// <summary>Asks the server to end, waits, and kills it when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using (var patience = new CancellationTokenSource(StopTimeout))
        {
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
        _folder.Dispose();
    }

    private static async Task RequireJavaAsync(CancellationToken cancellationToken)
    {
        var home = Environment.GetEnvironmentVariable("JAVA_HOME");
        var java = string.IsNullOrEmpty(home) ? "java" : Path.Combine(home, "bin", "java");
        try
        {
            await Tool.RunAsync(java, ["-version"], cancellationToken);
        }
        catch (InvalidOperationException missing)
        {
            throw new InvalidOperationException(
                "Keycloak needs Java 17 or later, and none runs here. Install it: apt-get install openjdk-17-jre-headless", missing);
        }
    }

    private static Process Launch(KeycloakFolder folder, KeycloakServerOptions options)
    {
        var start = new ProcessStartInfo("/bin/sh",
        [
            "-c", Watch, "keycloak", folder.LogFile, folder.Script, "start", "--import-realm",
            "--db=dev-mem", "--health-enabled=true",
            // Without it Keycloak looks for cluster members, on every interface.
            "--cache=local",
            "--http-enabled=true", "--http-host=127.0.0.1", $"--http-port={Text(options.Port)}",
            $"--http-management-port={Text(options.ManagementPort)}", $"--hostname=http://127.0.0.1:{Text(options.Port)}",
        ])
        {
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        };

        // Settings of another Keycloak on this machine are not ours.
        foreach (var foreign in start.Environment.Keys.Where(name => name.StartsWith("KC_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(foreign);
        }

        start.Environment["JAVA_OPTS_KC_HEAP"] = "-Xms64m -Xmx384m";
        start.Environment["PULSE_CONSOLE_ORIGIN"] = options.ConsoleOrigin.GetLeftPart(UriPartial.Authority);
        start.Environment["PULSE_WEB_CLIENT_SECRET"] = options.WebClientSecret;
        if (options.AdminPassword is not null)
        {
            start.Environment["KC_BOOTSTRAP_ADMIN_USERNAME"] = "admin";
            start.Environment["KC_BOOTSTRAP_ADMIN_PASSWORD"] = options.AdminPassword;
        }

        return Process.Start(start)!;
    }

    private async Task WaitUntilReadyAsync(KeycloakServerOptions options, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        using var deadline = new CancellationTokenSource(options.StartTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var health = new Uri($"http://127.0.0.1:{options.ManagementPort}/health/ready");
        try
        {
            while (!await IsReadyAsync(http, health, either.Token))
            {
                if (_process.HasExited)
                {
                    throw Failed($"Keycloak ended with {_process.ExitCode} instead of starting.");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(300), time, either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed($"Keycloak was not ready within {options.StartTimeout}.");
        }
    }

    private InvalidOperationException Failed(string what) =>
        new($"{what} Its log, {_folder.LogFile}, ends with:\n{_folder.LogTail()}");

    private static async Task<bool> IsReadyAsync(HttpClient http, Uri health, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(health, cancellationToken);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            // Nobody listens yet.
            return false;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It listens but does not answer yet.
            return false;
        }
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
