namespace Pulse.Benchmarks.Ratios;

/// <summary>
/// One measured promise: our way and a peer's way of doing the same thing, in one process and one run. A class that
/// derives from this one and has a constructor without parameters is all it takes to add one.
/// </summary>
internal abstract class Ratio : IAsyncDisposable
{
    /// <summary>Name on the command line and in the output, <c>area.what</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What the peer is, in words.</summary>
    public abstract string PeerName { get; }

    /// <summary>Builds what both sides need and checks that both give the same answers; not measured.</summary>
    public virtual ValueTask PrepareAsync() => ValueTask.CompletedTask;

    /// <summary>Does our operation this many times.</summary>
    public abstract ValueTask RunOursAsync(int operations);

    /// <summary>Does the peer's operation this many times.</summary>
    public abstract ValueTask RunPeerAsync(int operations);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>All ratios of this program, by name.</summary>
    public static SortedDictionary<string, Func<Ratio>> All()
    {
        var all = new SortedDictionary<string, Func<Ratio>>(StringComparer.Ordinal);
        foreach (var type in typeof(Ratio).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Ratio)) && !type.IsAbstract))
        {
            Ratio Create() => (Ratio)Activator.CreateInstance(type)!;
            all.Add(Create().Name, Create);
        }

        return all;
    }
}
