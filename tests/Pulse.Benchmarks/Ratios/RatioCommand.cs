using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pulse.Benchmarks.Ratios;

/// <summary>The command <c>ratios [name…]</c>: one JSON object per line, in the order asked for.</summary>
internal static class RatioCommand
{
    private static readonly JsonSerializerOptions Line = new(JsonSerializerDefaults.Web)
    {
        // The output goes to a terminal or a file, never into a web page: '+' may stay '+'.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Measures the named ratios, or all.</summary>
    /// <returns>0, or 2 when a name is unknown; then nothing is measured.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> names, TextWriter output, TextWriter error)
    {
        var all = Ratio.All();
        var unknown = names.Where(name => !all.ContainsKey(name)).ToList();
        if (unknown.Count > 0)
        {
            await error.WriteLineAsync($"Unknown: {string.Join(", ", unknown)}. There are: {string.Join(", ", all.Keys)}");
            return 2;
        }

        var measurement = new RatioMeasurement(TimeProvider.System);
        foreach (var name in names.Count > 0 ? names : [.. all.Keys])
        {
            await using var ratio = all[name]();
            await output.WriteLineAsync(JsonSerializer.Serialize(await measurement.MeasureAsync(ratio), Line));
        }

        return 0;
    }

    public static int Refuse(TextWriter error)
    {
        error.WriteLine("Usage: Pulse.Benchmarks ratios [NAME…]            one JSON object per line; smaller is better");
        error.WriteLine("       Pulse.Benchmarks detail [OPTIONS]          BenchmarkDotNet, whose options these are");
        error.WriteLine($"Ratios: {string.Join(", ", Ratio.All().Keys)}");
        return 2;
    }
}
