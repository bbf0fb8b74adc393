using System.Reflection;

namespace Pulse.ReferenceHost.Cli;

/// <summary>What the command line says of itself: all commands in one screen, and each family in full.</summary>
internal static class HelpText
{
    private const string Overview =
        """
        Pulse reference host

        usage: ReferenceHost [command] [options]
               ReferenceHost help COMMAND          what a command reads, writes and takes

        the system
          serve      run (the default): development mode in the Development environment or with --development,
                     otherwise with the settings Pulse__… of the environment
          demo       start everything on free ports in a temporary folder, check every promise, print what was seen;
                     exit 0 only when every promise was seen to hold
          reset      stop development mode's database and remove the folder .pulse

        the database
          bootstrap  print the SQL a superuser runs once per database (roles, latch, grants)
          migrate    print the SQL of the schemas, for the migrator in the role pulse_owner
          doctor     examine a live database for what could let one tenant reach another's rows
          audit      verify, export and show the audit trail

        judge without a server; one item per line of standard input, one JSON object per line of output, in order
          token      access tokens, signatures, key sets
          acl        check, explain, lint and generate ACL files
          mosquitto  lint mosquitto.conf
          cert       validate certificates and their CRLs offline; issue, rotate, revoke, hold, release
          csr        inspect certificate requests
          ca         make a root or an issuing device CA

        exit codes   0 ran (verdicts are in the output); 1 the check found a problem; 2 bad usage or unreadable input
        """;

    private const string Development =
        """
        ReferenceHost serve [options]    run; without development mode the settings are Pulse__… of the environment
        ReferenceHost demo [options]     start everything, check every promise, print what was seen; 0 only when all held
        ReferenceHost reset [--data DIR] stop development mode's database and remove its folder

        options of serve and demo in development mode
          --development             development mode, where DOTNET_ENVIRONMENT does not say so already
          --idp embedded|keycloak   the OpenID provider; keycloak needs KEYCLOAK_HOME            [embedded]
          --no-fleet                no simulated devices
          --data DIR                where everything is kept                  [.pulse beside the solution]
          --port N                  console and API                                                 [5080]
          --idp-port N              OpenID provider                                                 [5081]
          --mqtt-port N             MQTT with service password                                      [1883]
          --mqtts-port N            MQTT with client certificate                                    [8883]
          --wss-port N              MQTT over WebSocket with client certificate                     [9001]
        """;

    private const string Schema =
        """
        ReferenceHost bootstrap [--database NAME]
                   prints the SQL a superuser runs once per database (roles, latch, grants)               [pulse]
        ReferenceHost migrate
                   prints the SQL of the schemas, for the migrator in the role pulse_owner
        """;

    private const string Doctor =
        """
        ReferenceHost doctor [options]
                   examines a live database for what could let one tenant reach another's rows;
                   exit 1 when an error is found

          --format text|json|sarif  how the report is written                                       [text]
          --connection STRING       the database; any login sees the catalog, the application's sees the plans as well
                                    [with --development the database of .pulse (--data DIR), else Pulse__Database__App]
          --baseline FILE           accepted findings, each with its reason
        """;

    private const string Token =
        """
        ReferenceHost token check --issuer ISSUER --audience AUDIENCE --jwks FILE [--at TIME]
                   an access token per line, judged as the API judges it  {"n","ok","reason"}
        ReferenceHost token signature --jwks FILE
                   a compact JWS per line, whatever its payload           {"n","ok","reason"}
        ReferenceHost token jwks FILE
                   what becomes of each key of a JWK set                  {"kid","usable","reason"}

          TIME is ISO 8601 with its offset, such as 2026-11-23T12:00:00Z; without it, now
        """;

    private const string Acl =
        """
        ReferenceHost acl check --file FILE [--dialect strict|mosquitto20]
                   {"clientId","username","access","topic"} per line, access read, write or subscribe,
                   username may be null                             {"n","allowed","line","reason"}
        ReferenceHost acl explain --file FILE [--dialect strict|mosquitto20]
                   the same input, read or write     {"n","allowed","line","reason","summary","steps"}
        ReferenceHost acl lint --file FILE [--dialect strict|mosquitto20]
                   what the file says without meaning it; 1 when anything is found
                                                                    {"line","code","severity","message"}
        ReferenceHost acl generate [--max-users N]
                   {"tenant","device"} or {"service","read":[],"write":[]} per line; prints the file
        """;

    private const string Mosquitto =
        """
        ReferenceHost mosquitto lint --conf FILE
                   who gets in, and what gets lost; 1 when anything is found
                                                                    {"line","code","severity","message"}
        """;

    private const string Audit =
        """
        ReferenceHost audit verify (--connection STRING | --export FILE | --data DIR) --key PUBLIC_PEM [--checkpoint FILE]
                   what is wrong with the audit trail; the checkpoint is one that was kept elsewhere
                   {"verdict","reason","stream","seq","index","count"}, then {"verdict","events","treeSize","checkpoints","findings"}
                   exit 0 OK, 1 TAMPERED, 3 MISSING, 4 GAP, 5 PRUNED, 6 UNSEALED tail, 7 QUARANTINED
        ReferenceHost audit export [--connection STRING | --data DIR] [--format ndjson|rfc5424]
                   the whole trail, to be verified elsewhere, or for a syslog server (with lengths)
        ReferenceHost audit show [--connection STRING | --data DIR] [--type T] [--tenant T] [--actor A]
                   [--from TIME] [--until TIME] [--limit N]
                   the newest events that fit, one record a line

          --connection STRING       the worker's login                                [Pulse__Database__Worker]
          --data DIR                the database of development mode in DIR instead, verified by its own key without --key
        """;

    private const string Cert =
        """
        ReferenceHost cert validate [--at TIME]
                   {"id","roots":[pem],"intermediates":[pem],"leaf":pem,"crls":[pem],"at"} per line, judged offline by
                   RFC 5280; optional "purpose" client, server or any, "dns" (a name or an address), "maxDepth",
                   "revocation" require, ifPresent or off, "policies":[oid], "explicitPolicy", "inhibitAnyPolicy",
                   "inhibitPolicyMapping"                                {"id","ok","reason"}
        ReferenceHost cert issue --tenant T --device D (--csr FILE | --new-key FILE) [CA] [DATABASE]
                   a certificate for a registered device; --new-key makes its key and writes it there
        ReferenceHost cert rotate --serial HEX --tenant T --device D (--csr FILE | --new-key FILE) [CA] [DATABASE]
                   a successor; both are good until it is seen in use or the overlap ends
                                    {"ok","reason","serial","notAfter","certificate","audited"}
        ReferenceHost cert revoke --serial HEX --tenant T --device D [--reason R] [--invalid-since TIME] [DATABASE]
        ReferenceHost cert hold|release --serial HEX --tenant T --device D [DATABASE]
                   running hosts learn of it when they read the revocations again (30 seconds)
                                               {"ok","outcome","since","reason","audited"}
                   these five end with 1 when they were refused; revoking, holding and releasing need no key;
                   issuing, rotating and releasing need the audit trail, revoking and holding never wait for it

          CA        --ca DIR --password-file FILE, as ca init made it            [Pulse__Certificates__Authority…]
          DATABASE  --connection STRING, the worker's login                             [Pulse__Database__Worker]
                    --audit-connection STRING, the login that writes the audit trail     [Pulse__Database__Audit]
                    or --data DIR for database, audit trail and CA of development mode in DIR
          R         unspecified, keyCompromise, affiliationChanged, superseded, cessationOfOperation,
                    privilegeWithdrawn
          TIME is ISO 8601 with its offset, such as 2026-11-23T12:00:00Z; without it, now
        """;

    private const string Csr =
        """
        ReferenceHost csr inspect FILE…
                   what the device CA says to requests, PEM or DER                  {"file","ok","reason"}
        """;

    private const string Ca =
        """
        ReferenceHost ca init --out DIR --password-file FILE [--name NAME] [--days N] [--kind issuing|root]
                [--root DIR --root-password-file FILE]
                   makes a device CA, a root, or an issuing CA that the root in DIR signs: ca.pem, ca.key.pem
                                                 {"certificate","key","subject","issuer","notAfter","sha256"}
        """;

    /// <summary>The text that these words ask for, or null when they ask for none.</summary>
    /// <exception cref="UsageException">There is no such command to be told about.</exception>
    public static string? AskedFor(ReadOnlySpan<string> arguments)
    {
        var isHelp = arguments is ["help", ..];
        if (!isHelp && !arguments.Contains("--help") && !arguments.Contains("-h"))
        {
            return null;
        }

        var about = isHelp ? arguments[1..] : arguments;
        return about is [var command, ..] && !command.StartsWith('-') ? Of(command) : $"{Overview}\n\nversion {Version}";
    }

    private static string? Version => Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    private static string Of(string command) => command switch
    {
        "serve" or "demo" or "reset" => Development,
        "bootstrap" or "migrate" => Schema,
        "doctor" => Doctor,
        "token" => Token,
        "acl" => Acl,
        "mosquitto" => Mosquitto,
        "audit" => Audit,
        "cert" => Cert,
        "csr" => Csr,
        "ca" => Ca,
        "help" => Overview,
        _ => throw new UsageException($"There is no command \"{command}\". Try: help"),
    };
}
