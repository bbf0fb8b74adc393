using Microsoft.Extensions.Options;

namespace Pulse.ReferenceHost.Cli;

/// <summary>
/// The operator's command line. Exit 0: ran; 1: the check found a problem; 2: bad usage or something the reader can mend,
/// with the reason on standard error.
/// </summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] arguments, CancellationToken stop)
    {
        try
        {
            if (HelpText.AskedFor(arguments) is { } text)
            {
                Console.Out.WriteLine(text);
                return 0;
            }

            return arguments switch
            {
                ["token", .. var words] => await ReadInputAsync(input => TokenCommands.RunAsync(words, input, Console.Out, stop)),
                ["acl", .. var words] => await ReadInputAsync(input => AclCommands.RunAsync(words, input, Console.Out, stop)),
                ["cert", .. var words] => await ReadInputAsync(input => CertCommands.RunAsync(words, input, Console.Out, stop)),
                ["doctor", .. var words] => await DoctorCommand.RunAsync(words, Console.Out, stop),
                ["audit", .. var words] => await WriteOutputAsync(output => AuditCommands.RunAsync(words, output, stop)),
                ["mosquitto", .. var words] => await MosquittoCommands.RunAsync(words, Console.Out, stop),
                ["ca", .. var words] => await CaCommands.RunAsync(words, Console.Out, stop),
                ["csr", .. var words] => await CsrCommands.RunAsync(words, Console.Out, stop),
                _ => await RunHostAsync(Arguments.Parse(arguments), stop),
            };
        }
        catch (UsageException usage)
        {
            await Console.Error.WriteLineAsync(usage.Message);
            return 2;
        }
        catch (OptionsValidationException wrong)
        {
            // A package says what is wrong with its settings and what to set.
            await Console.Error.WriteLineAsync(wrong.Message);
            return 2;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("stopped");
            return 130;
        }
    }

    private static async Task<int> RunHostAsync(Arguments parsed, CancellationToken stop) => parsed.Command switch
    {
        "serve" when parsed.IsDevelopment => await ServeCommand.RunDevelopmentAsync(parsed.ToDevelopmentOptions(), stop),
        "serve" => await ServeCommand.RunAsync(stop),
        "demo" => await DemoCommand.RunAsync(parsed.ToDevelopmentOptions(), stop),
        "reset" => await ResetCommand.RunAsync(parsed.ToDevelopmentOptions().Root, stop),
        "bootstrap" => SchemaCommands.Bootstrap(parsed.Database),
        _ => SchemaCommands.Migrate(),
    };

    private static async Task<int> ReadInputAsync(Func<TextReader, Task<int>> run)
    {
        using var input = StandardInput.Open();
        return await run(input);
    }

    private static async Task<int> WriteOutputAsync(Func<Stream, Task<int>> run)
    {
        await using var output = Console.OpenStandardOutput();
        return await run(output);
    }
}
