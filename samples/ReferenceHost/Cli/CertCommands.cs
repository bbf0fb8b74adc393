namespace Pulse.ReferenceHost.Cli;

/// <summary><c>cert validate</c>: Pulse.Certs' verdict on a certificate, its issuers and their CRLs, without asking anybody.</summary>
internal static class CertCommands
{
    public static Task<int> RunAsync(string[] words, TextReader input, TextWriter output, CancellationToken stop) => words switch
    {
        ["validate", .. var rest] => ValidateAsync(rest, input, output, stop),
        [] => throw new UsageException("cert needs one of: validate. Try: help"),
        _ => throw new UsageException($"There is no command \"cert {words[0]}\": validate. Try: help"),
    };

    private static async Task<int> ValidateAsync(string[] words, TextReader input, TextWriter output, CancellationToken stop)
    {
        var options = BatchOptions.Parse("cert validate", words, "--at");
        options.RefuseFiles();
        var clock = CommandTime.ClockAt(options.Find("--at"));
        await foreach (var line in BatchLines.ReadAsync(input, CertQuestion.MaxLength, stop))
        {
            var question = CertQuestion.Parse(line);
            var reason = question is null ? "InvalidInput" : question.Ask(clock);
            await JsonLines.WriteAsync(output, new { id = question?.Id, ok = reason is null, reason }, stop);
        }

        return 0;
    }
}
