using System.Globalization;
using Pulse.ReferenceHost.Development;

namespace Pulse.ReferenceHost.Cli;

/// <summary>The words of a command line, each checked once.</summary>
internal sealed class Arguments
{
    private static readonly HashSet<string> Commands = new(StringComparer.Ordinal) { "serve", "demo", "reset", "bootstrap", "migrate" };

    private static readonly HashSet<string> Flags = new(StringComparer.Ordinal) { "--development", "--no-fleet" };

    private static readonly HashSet<string> Values = new(StringComparer.Ordinal)
    {
        "--idp", "--data", "--database", "--port", "--idp-port", "--mqtt-port", "--mqtts-port", "--wss-port",
    };

    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);

    private Arguments(string command) => Command = command;

    public string Command { get; }

    public bool IsDevelopment => IsDevelopmentMode(_options.Keys);

    public string Database => _options.GetValueOrDefault("--database", "pulse");

    public static bool IsDevelopmentMode(IEnumerable<string> words) => words.Contains("--development") || IsEnvironment(Environments.Development);

    public static Arguments Parse(string[] arguments)
    {
        // "--option=value" is the same as "--option value".
        var words = new Queue<string>(arguments.SelectMany(word => word.StartsWith("--", StringComparison.Ordinal) ? word.Split('=', 2) : [word]));
        var command = words.TryPeek(out var first) && !first.StartsWith('-') ? words.Dequeue() : "serve";
        if (!Commands.Contains(command))
        {
            // Said before its options are looked at: those of a command nobody has would be the wrong thing to complain of.
            throw new UsageException($"There is no command \"{command}\". Try: help");
        }

        var parsed = new Arguments(command);
        while (words.TryDequeue(out var word))
        {
            if (Flags.Contains(word))
            {
                parsed._options[word] = string.Empty;
            }
            else if (Values.Contains(word))
            {
                parsed._options[word] = words.TryDequeue(out var value) ? value : throw new UsageException($"{word} needs a value. Try: help");
            }
            else
            {
                throw new UsageException($"There is no option \"{word}\". Try: help");
            }
        }

        return parsed;
    }

    /// <exception cref="UsageException">A value is not usable, or the environment says Production.</exception>
    public DevelopmentOptions ToDevelopmentOptions()
    {
        // Its provider, CA and devices are known to everybody who read this repository.
        if (IsEnvironment(Environments.Production))
        {
            throw new UsageException("Development mode is refused while DOTNET_ENVIRONMENT or ASPNETCORE_ENVIRONMENT says Production.");
        }

        var options = new DevelopmentOptions
        {
            Root = _options.GetValueOrDefault("--data") ?? DevelopmentFolder.DefaultRoot(),
            Fleet = !_options.ContainsKey("--no-fleet"),
            Provider = _options.GetValueOrDefault("--idp", "embedded") switch
            {
                "embedded" => IdentityProviderKind.Embedded,
                "keycloak" => IdentityProviderKind.Keycloak,
                var other => throw new UsageException($"--idp is embedded or keycloak, not \"{other}\"."),
            },
        };
        return options with
        {
            HttpPort = Port("--port", options.HttpPort),
            IdentityPort = Port("--idp-port", options.IdentityPort),
            ServicePort = Port("--mqtt-port", options.ServicePort),
            DevicePort = Port("--mqtts-port", options.DevicePort),
            WebSocketPort = Port("--wss-port", options.WebSocketPort),
        };
    }

    private static bool IsEnvironment(string name) =>
        string.Equals(Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT"), name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT"), name, StringComparison.OrdinalIgnoreCase);

    private int Port(string option, int otherwise)
    {
        if (!_options.TryGetValue(option, out var text))
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535
            ? port
            : throw new UsageException($"{option} is a port from 1 to 65535, not \"{text}\".");
    }
}
