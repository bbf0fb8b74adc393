using System.Globalization;
using System.Text.Json;

namespace Pulse.Engineering.Mutation;

/// <summary>The mutants of one package, as Stryker's JSON report tells them.</summary>
internal sealed class MutationReport
{
    private MutationReport(IReadOnlyList<Mutant> mutants) => Mutants = mutants;

    public IReadOnlyList<Mutant> Mutants { get; }

    public int Killed => Count("Killed");

    public int Survived => Count("Survived");

    public int TimedOut => Count("Timeout");

    public int Uncovered => Count("NoCoverage");

    public int CompileErrors => Count("CompileError");

    /// <summary>Mutants that count for the score: those the compiler accepted and no configuration set aside.</summary>
    public int Tested => Killed + TimedOut + Survived + Uncovered;

    public int Detected => Killed + TimedOut;

    /// <summary>Detected of tested in hundredths of a percent, cut off and never rounded up; 0 when nothing was tested.</summary>
    public int Score => Tested == 0 ? 0 : (int)(Detected * 10_000L / Tested);

    public static MutationReport Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var mutants = from file in document.RootElement.GetProperty("files").EnumerateObject()
                      from mutant in file.Value.GetProperty("mutants").EnumerateArray()
                      select new Mutant(
                          file.Name,
                          mutant.GetProperty("location").GetProperty("start").GetProperty("line").GetInt32(),
                          mutant.GetProperty("mutatorName").GetString()!,
                          OneLine(mutant.TryGetProperty("replacement", out var replacement) ? replacement.GetString() : null),
                          mutant.GetProperty("status").GetString()!);
        return new MutationReport([.. mutants]);
    }

    public IEnumerable<Mutant> WithStatus(params string[] statuses) =>
        Mutants.Where(mutant => statuses.Contains(mutant.Status));

    /// <summary>The one line about a package.</summary>
    public string Describe(string package) => string.Create(
        CultureInfo.InvariantCulture,
        $"{package} {Score / 100}.{Score % 100:00} % (killed {Killed}, survived {Survived}, timeout {TimedOut}, no coverage {Uncovered}, compile errors {CompileErrors})");

    private static string OneLine(string? text)
    {
        var line = string.Join(' ', (text ?? string.Empty).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 100 ? line : line[..100] + "…";
    }

    private int Count(string status) => Mutants.Count(mutant => mutant.Status == status);
}
