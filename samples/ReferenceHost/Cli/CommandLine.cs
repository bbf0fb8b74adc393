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
          help       this text

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
