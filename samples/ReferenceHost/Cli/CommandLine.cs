using System.Reflection;

namespace Pulse.ReferenceHost.Cli;

/// <summary>
/// The operator's command line. Exit 0: ran; 1: the check found a problem; 2: bad usage or something the reader can mend,
/// with the reason on standard error.
/// </summary>
internal static class CommandLine
{
    private const string Help =
        """
        Pulse reference host

        usage: ReferenceHost [command] [options]

        commands
          serve      run (the default): development mode in the Development environment or with --development,
                     otherwise with the settings Pulse__… of the environment
          demo       start everything on free ports in a temporary folder, check every promise, print what was seen;
                     exit 0 only when every promise was seen to hold
          reset      stop development mode's database and remove the folder .pulse
          bootstrap  print the SQL a superuser runs once per database (roles, latch, grants)
          migrate    print the SQL of the schemas, for the migrator in the role pulse_owner
          doctor     examine a live database for what could let one tenant reach another's rows;
                     exit 1 when an error is found; options below
          help       this text

        batch commands: one item per line of standard input, one JSON object per line of output, in order
          token check --issuer ISSUER --audience AUDIENCE --jwks FILE [--at TIME]
                     an access token per line, judged as the API judges it  {"n","ok","reason"}
          token signature --jwks FILE
                     a compact JWS per line, whatever its payload           {"n","ok","reason"}
          token jwks FILE
                     what becomes of each key of a JWK set                  {"kid","usable","reason"}
          acl check --file FILE [--dialect strict|mosquitto20]
                     {"clientId","username","access","topic"} per line, access read, write or subscribe,
                     username may be null                             {"n","allowed","line","reason"}
          acl explain --file FILE [--dialect strict|mosquitto20]
                     the same input, read or write     {"n","allowed","line","reason","summary","steps"}
          acl lint --file FILE [--dialect strict|mosquitto20]
                     what the file says without meaning it; 1 when anything is found
                                                                    {"line","code","severity","message"}
          acl generate [--max-users N]
                     {"tenant","device"} or {"service","read":[],"write":[]} per line; prints the file
          mosquitto lint --conf FILE
                     who gets in, and what gets lost; 1 when anything is found
                                                                    {"line","code","severity","message"}
          audit verify (--connection STRING | --export FILE | --data DIR) --key PUBLIC_PEM [--checkpoint FILE]
                     what is wrong with the audit trail; the checkpoint is one that was kept elsewhere
                     {"verdict","reason","stream","seq","index","count"}, then {"verdict","events","treeSize","checkpoints","findings"}
                     exit 0 OK, 1 TAMPERED, 3 MISSING, 4 GAP, 5 PRUNED, 6 UNSEALED tail
          audit export [--connection STRING | --data DIR] [--format ndjson|rfc5424]
                     the whole trail, to be verified elsewhere, or for a syslog server (with lengths)
          audit show [--connection STRING | --data DIR] [--type T] [--tenant T] [--actor A] [--from TIME] [--until TIME] [--limit N]
                     the newest events that fit, one record a line
                     the connection is the worker's                                    [Pulse__Database__Worker]
          cert validate [--at TIME]
                     {"id","roots":[pem],"intermediates":[pem],"leaf":pem,"crls":[pem],"at"} per line, judged offline by
                     RFC 5280; optional "purpose" client, server or any, "dns" (a name or an address), "maxDepth",
                     "revocation" require, ifPresent or off, "policies":[oid], "explicitPolicy", "inhibitAnyPolicy",
                     "inhibitPolicyMapping"                                {"id","ok","reason"}
          csr inspect FILE…
                     what the device CA says to requests, PEM or DER                  {"file","ok","reason"}
          ca init --out DIR --password-file FILE [--name NAME] [--days N] [--kind issuing|root]
                  [--root DIR --root-password-file FILE]
                     makes a device CA, a root, or an issuing CA that the root in DIR signs: ca.pem, ca.key.pem
                                                   {"certificate","key","subject","issuer","notAfter","sha256"}
          TIME is ISO 8601 with its offset, such as 2026-11-23T12:00:00Z; without it, now

        exit codes   0 ran (verdicts are in the output); 1 the check found a problem; 2 bad usage or unreadable input

        options of doctor
          --format text|json|sarif  how the report is written                                       [text]
          --connection STRING       the database; any login sees the catalog, the application's sees the plans as well
                                    [with --development the database of .pulse (--data DIR), else Pulse__Database__App]
          --baseline FILE           accepted findings, each with its reason

        options of serve and demo in development mode
          --idp embedded|keycloak   the OpenID provider; keycloak needs KEYCLOAK_HOME            [embedded]
          --no-fleet                no simulated devices
          --data DIR                where everything is kept                  [.pulse beside the solution]
          --port N                  console and API                                                 [5080]
          --idp-port N              OpenID provider                                                 [5081]
          --mqtt-port N             MQTT with service password                                      [1883]
          --mqtts-port N            MQTT with client certificate                                    [8883]
          --wss-port N              MQTT over WebSocket with client certificate                     [9001]
        """;

    public static async Task<int> RunAsync(string[] arguments, CancellationToken stop)
    {
        try
        {
            if (arguments is ["token" or "acl", .. var words] && !words.Any(word => word is "--help" or "-h"))
            {
                using var input = StandardInput.Open();
                return arguments[0] == "acl"
                    ? await AclCommands.RunAsync(words, input, Console.Out, stop)
                    : await TokenCommands.RunAsync(words, input, Console.Out, stop);
            }

            if (arguments is ["cert", .. var about] && !about.Any(word => word is "--help" or "-h"))
            {
                using var input = StandardInput.Open();
                return await CertCommands.RunAsync(about, input, Console.Out, stop);
            }

            if (arguments is ["doctor", .. var asked] && !asked.Any(word => word is "--help" or "-h"))
            {
                return await DoctorCommand.RunAsync(asked, Console.Out, stop);
            }

            if (arguments is ["audit", .. var audited] && !audited.Any(word => word is "--help" or "-h"))
            {
                await using var output = Console.OpenStandardOutput();
                return await AuditCommands.RunAsync(audited, output, stop);
            }

            if (arguments is ["mosquitto", .. var rest] && !rest.Any(word => word is "--help" or "-h"))
            {
                return await MosquittoCommands.RunAsync(rest, Console.Out, stop);
            }

            if (arguments is ["ca" or "csr", .. var asking] && !asking.Any(word => word is "--help" or "-h"))
            {
                return arguments[0] == "ca"
                    ? await CaCommands.RunAsync(asking, Console.Out, stop)
                    : await CsrCommands.RunAsync(asking, Console.Out, stop);
            }

            var parsed = Arguments.Parse(arguments);
            return parsed.Command switch
            {
                "serve" when parsed.IsDevelopment => await ServeCommand.RunDevelopmentAsync(parsed.ToDevelopmentOptions(), stop),
                "serve" => await ServeCommand.RunAsync(stop),
                "demo" => await DemoCommand.RunAsync(parsed.ToDevelopmentOptions(), stop),
                "reset" => await ResetCommand.RunAsync(parsed.ToDevelopmentOptions().Root, stop),
                "bootstrap" => SchemaCommands.Bootstrap(parsed.Database),
                "migrate" => SchemaCommands.Migrate(),
                "help" => Print(Help),
                var unknown => throw new UsageException($"There is no command \"{unknown}\". Try: help"),
            };
        }
        catch (UsageException usage)
        {
            await Console.Error.WriteLineAsync(usage.Message);
            return 2;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("stopped");
            return 130;
        }
    }

    private static int Print(string text)
    {
        Console.Out.WriteLine(text);
        Console.Out.WriteLine();
        Console.Out.WriteLine($"version {Assembly.GetExecutingAssembly().GetName().Version}");
        return 0;
    }
}
