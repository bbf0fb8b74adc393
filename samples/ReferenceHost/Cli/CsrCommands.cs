using Pulse.Certs;

namespace Pulse.ReferenceHost.Cli;

/// <summary><c>csr inspect</c>: what the device CA would say to certificate requests, before anything is issued.</summary>
internal static class CsrCommands
{
    // A PEM file of the largest request, with room for whatever text stands around it.
    private const int MaxFileBytes = 256 * 1024;

    public static Task<int> RunAsync(string[] words, TextWriter output, CancellationToken stop) => words switch
    {
        ["inspect", .. var rest] => InspectAsync(rest, output, stop),
        [] => throw new UsageException("csr needs: inspect. Try: help"),
        _ => throw new UsageException($"There is no command \"csr {words[0]}\": inspect. Try: help"),
    };

    private static async Task<int> InspectAsync(string[] words, TextWriter output, CancellationToken stop)
    {
        var options = BatchOptions.Parse("csr inspect", words);
        if (options.Files.Count == 0)
        {
            throw new UsageException("csr inspect takes the names of files. Try: help");
        }

        foreach (var file in options.Files)
        {
            var refusal = Judge(await BoundedFile.ReadAsync(file, MaxFileBytes, stop));
            var ok = refusal == IssueRefusal.None;
            await JsonLines.WriteAsync(output, new { file, ok, reason = ok ? null : refusal.ToString() }, stop);
        }

        return 0;
    }

    private static IssueRefusal Judge(byte[] file) =>
        CertificateRequests.TryDecode(file, out var request) ? CertificateRequests.Inspect(request) : IssueRefusal.RequestMalformed;
}
