using System.Text.Json;

namespace Pulse.Engineering.Mutation;

/// <summary>What was measured for one package the last time somebody recorded it.</summary>
/// <param name="Hash">Hash of everything the measurement depends on.</param>
/// <param name="Score">Score in percent, cut off after two digits.</param>
/// <param name="Tested">Mutants that counted.</param>
internal sealed record MutationRecord(string Hash, decimal Score, int Tested)
{
    /// <summary>A later run that tests fewer than nine in ten of these mutants has lost sight of code.</summary>
    public int MinimumTested => Tested * 9 / 10;
}

/// <summary>The file <c>eng/mutation/recorded.json</c>: one record per package.</summary>
internal static class MutationRecords
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static SortedDictionary<string, MutationRecord> Read(string file) =>
        File.Exists(file)
            ? JsonSerializer.Deserialize<SortedDictionary<string, MutationRecord>>(File.ReadAllText(file), Format)!
            : new SortedDictionary<string, MutationRecord>(StringComparer.Ordinal);

    public static void Write(string file, SortedDictionary<string, MutationRecord> records) =>
        File.WriteAllText(file, JsonSerializer.Serialize(records, Format) + "\n");
}
