using BenchmarkDotNet.Attributes;

namespace Pulse.Benchmarks.Ratios;

/// <summary>Every ratio once more under BenchmarkDotNet: its distribution in time and, above all, its allocated bytes.</summary>
[InProcess]
[MemoryDiagnoser]
public class RatioBenchmarks
{
    private const int Operations = 256;
    private Ratio _ratio = null!;

    public static IEnumerable<string> Names => Ratio.All().Keys;

    [ParamsSource(nameof(Names))]
    public string Name { get; set; } = string.Empty;

    [GlobalSetup]
    public async Task PrepareAsync()
    {
        _ratio = Ratio.All()[Name]();
        await _ratio.PrepareAsync();
    }

    [GlobalCleanup]
    public async Task CleanUpAsync() => await _ratio.DisposeAsync();

    [Benchmark(OperationsPerInvoke = Operations)]
    public async Task Ours() => await _ratio.RunOursAsync(Operations);

    [Benchmark(OperationsPerInvoke = Operations, Baseline = true)]
    public async Task Peer() => await _ratio.RunPeerAsync(Operations);
}
