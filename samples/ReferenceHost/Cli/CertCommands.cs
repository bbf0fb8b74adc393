namespace Pulse.ReferenceHost.Cli;

/// <summary><c>cert validate</c>: Pulse.Certs' verdict on a certificate, its issuers and their CRLs, without asking anybody. What changes certificates is in <see cref="CertLifecycle"/>.</summary>
internal static class CertCommands
{
    public static Task<int> RunAsync(string[] words, TextReader input, TextWriter output, CancellationToken stop) => words switch
    {
        ["validate", .. var rest] => ValidateAsync(rest, input, output, stop),
        ["issue", .. var rest] => CertLifecycle.IssueAsync(rest, output, stop),
        ["rotate", .. var rest] => CertLifecycle.RotateAsync(rest, output, stop),
        ["revoke", .. var rest] => CertLifecycle.RevokeAsync(rest, output, stop),
        ["hold", .. var rest] => CertLifecycle.HoldAsync(rest, output, stop),
        ["release", .. var rest] => CertLifecycle.ReleaseAsync(rest, output, stop),
        [] => throw new UsageException("cert needs one of: validate, issue, rotate, revoke, hold, release. Try: help"),
        _ => throw new UsageException($"There is no command \"cert {words[0]}\": validate, issue, rotate, revoke, hold or release. Try: help"),
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
