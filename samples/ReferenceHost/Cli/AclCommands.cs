using Pulse.Mqtt;

namespace Pulse.ReferenceHost.Cli;

/// <summary><c>acl check</c>, <c>acl explain</c>, <c>acl lint</c> and <c>acl generate</c>: Pulse.Mqtt's decisions without a broker.</summary>
internal static class AclCommands
{
    private const int MaxFileBytes = 64 * 1024 * 1024;

    public static Task<int> RunAsync(string[] words, TextReader input, TextWriter output, CancellationToken stop) => words switch
    {
        ["check", .. var rest] => CheckAsync(rest, input, output, stop),
        ["explain", .. var rest] => ExplainAsync(rest, input, output, stop),
        ["lint", .. var rest] => LintAsync(rest, output, stop),
        ["generate", .. var rest] => AclGenerate.RunAsync(rest, input, output, stop),
        [] => throw new UsageException("acl needs one of: check, explain, lint, generate. Try: help"),
        _ => throw new UsageException($"There is no command \"acl {words[0]}\": check, explain, lint or generate. Try: help"),
    };

    private static async Task<int> CheckAsync(string[] words, TextReader input, TextWriter output, CancellationToken stop)
    {
        var document = await LoadAsync("acl check", words, output, stop);
        var number = 0L;
        await foreach (var line in BatchLines.ReadAsync(input, AclQuestion.MaxLength, stop))
        {
            number++;
            var decision = AclQuestion.Parse(line) is { } question ? question.Ask(document) : (AclDecision?)null;
            await JsonLines.WriteAsync(output, new { n = number, allowed = decision?.Allowed ?? false, line = Line(decision), reason = Reason(decision) }, stop);
        }

        return 0;
    }

    private static async Task<int> ExplainAsync(string[] words, TextReader input, TextWriter output, CancellationToken stop)
    {
        var document = await LoadAsync("acl explain", words, output, stop);
        var number = 0L;
        await foreach (var line in BatchLines.ReadAsync(input, AclQuestion.MaxLength, stop))
        {
            number++;
            var explanation = AclQuestion.Parse(line)?.Explain(document);
            await JsonLines.WriteAsync(
                output,
                new
                {
                    n = number,
                    allowed = explanation?.Decision.Allowed ?? false,
                    line = Line(explanation?.Decision),
                    reason = Reason(explanation?.Decision),
                    summary = explanation?.Summary,
                    steps = explanation?.Steps.Select(static step => new { line = step.Line, outcome = step.Outcome.ToString(), rule = step.Rule, filter = step.Filter }) ?? [],
                },
                stop);
        }

        return 0;
    }

    private static async Task<int> LintAsync(string[] words, TextWriter output, CancellationToken stop)
    {
        var options = Options("acl lint", words);
        var found = AclLinter.Lint(await ReadAsync(options.Require("--file"), stop), Dialect(options));
        await WriteAsync(output, found, stop);
        return found.Count == 0 ? 0 : 1;
    }

    private static int? Line(AclDecision? decision) => decision is { Line: > 0 } decided ? decided.Line : null;

    private static string Reason(AclDecision? decision) => decision?.Reason.ToString() ?? "InvalidInput";

    private static BatchOptions Options(string command, string[] words)
    {
        var options = BatchOptions.Parse(command, words, "--file", "--dialect");
        options.RefuseFiles();
        return options;
    }

    private static AclDialect Dialect(BatchOptions options) => options.Find("--dialect") switch
    {
        null or "strict" => AclDialect.Strict,
        "mosquitto20" => AclDialect.Mosquitto20,
        var other => throw new UsageException($"--dialect is strict or mosquitto20, not \"{other}\"."),
    };

    private static async Task<AclDocument> LoadAsync(string command, string[] words, TextWriter output, CancellationToken stop)
    {
        var options = Options(command, words);
        var file = options.Require("--file");
        var dialect = Dialect(options);
        var parsed = AclDocument.Parse(await ReadAsync(file, stop), dialect);
        if (parsed.Succeeded)
        {
            return parsed.Document;
        }

        await WriteAsync(output, parsed.Diagnostics, stop);
        throw new UsageException($"{file} is no valid ACL file in dialect {dialect}: {parsed.Diagnostics.First(static found => found.Severity == AclSeverity.Error)}.");
    }

    private static async Task WriteAsync(TextWriter output, IReadOnlyList<AclDiagnostic> found, CancellationToken stop)
    {
        foreach (var diagnostic in found)
        {
            await JsonLines.WriteAsync(
                output, new { line = diagnostic.Line, code = diagnostic.Code.ToString(), severity = Word(diagnostic.Severity), message = diagnostic.Message }, stop);
        }
    }

    private static string Word(AclSeverity severity) => severity == AclSeverity.Error ? "error" : "warning";

    private static Task<byte[]> ReadAsync(string file, CancellationToken stop) => BoundedFile.ReadAsync(file, MaxFileBytes, stop);
}
