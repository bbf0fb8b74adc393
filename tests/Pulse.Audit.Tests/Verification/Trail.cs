using Microsoft.Extensions.Time.Testing;
using Pulse.Audit.Tests.Evidence;

namespace Pulse.Audit.Tests.Verification;

/// <summary>A trail in memory, sealed and intact, for a test to change something in.</summary>
internal sealed class Trail : IDisposable
{
    private readonly EventCanonicalizer _canonicalizer = new(new PulseAuditOptions(), new FakeTimeProvider());
    private readonly MerkleFrontier _tree = new();

    public EcdsaAuditSigner First { get; } = TestKey.Create();

    public EcdsaAuditSigner Second { get; } = TestKey.Create();

    public List<StoredEpoch> Epochs { get; } = [];

    public List<StoredCheckpoint> Checkpoints { get; } = [];

    public List<SealedRun> Runs { get; } = [];

    public List<StoredEvent> Events { get; } = [];

    public Dictionary<Guid, ChainHead> Heads { get; } = [];

    public List<StoredMarker> Pruned { get; } = [];

    public List<PrunedRun> PrunedRuns { get; } = [];

    public static Guid StreamA { get; } = new("00000000-0000-7000-8000-00000000000a");

    public static Guid StreamB { get; } = new("00000000-0000-7000-8000-00000000000b");

    public long Size => _tree.Size;

    /// <summary>Two streams, three checkpoints, eight sealed events; the newest two checkpoints by a second key.</summary>
    public static Trail Sealed()
    {
        var trail = new Trail();
        trail.BeginEpoch(trail.First, by: trail.First);
        trail.Seal(trail.First, (StreamA, 3), (StreamB, 2));
        trail.BeginEpoch(trail.Second, by: trail.First);
        trail.Seal(trail.Second, (StreamA, 1));
        trail.Seal(trail.Second, (StreamB, 2));
        return trail;
    }

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
    }

    public StoredEvent Append(Guid stream, long? index = null, AuditEvent? written = null)
    {
        var head = Heads.GetValueOrDefault(stream) ?? ChainHead.Start(stream);
        var pending = _canonicalizer.Canonicalize(written ?? new AuditEvent { Type = "test.event", Class = AuditClass.Security, Actor = $"actor {Events.Count}" });
        var chained = head.Extend([pending], 0)[0];
        var stored = new StoredEvent(index, stream, chained.Sequence, chained.PreviousHash, chained.Hash, pending.Record, IndexColumns.Of(pending));
        Events.Add(stored);
        Heads[stream] = new ChainHead(stream, chained.Sequence, chained.Hash);
        return stored;
    }

    public void Seal(IAuditSigner signer, params (Guid Stream, int Count)[] runs)
    {
        foreach (var (stream, count) in runs)
        {
            var first = (Heads.GetValueOrDefault(stream)?.Sequence ?? 0) + 1;
            Runs.Add(new SealedRun(_tree.Size, stream, first, first + count - 1));
            for (var number = 0; number < count; number++)
            {
                _tree.Add(Append(stream, _tree.Size).Hash);
            }
        }

        Checkpoints.Add(new StoredCheckpoint(_tree.Size, Epochs.Count, Checkpoint(signer)));
    }

    public string Checkpoint(IAuditSigner signer) => TestKey.Sign(new TreeHead(TestKey.Origin, _tree.Size, _tree.Root).ToString(), signer);

    public void BeginEpoch(IAuditSigner signer, IAuditSigner by)
    {
        var handover = new KeyHandover(
            TestKey.Origin, Epochs.Count + 1, new TreeHead(TestKey.Origin, _tree.Size, _tree.Root), signer.PublicKey.ToArray());
        Epochs.Add(new StoredEpoch(handover.Epoch, _tree.Size, handover.PublicKey, TestKey.Sign(handover.ToString(), by)));
    }

    /// <summary>The whole tree, the handovers and the checkpoints made anew over what the events say now.</summary>
    public void Reseal(Func<long, IAuditSigner> signer)
    {
        var tree = new MerkleFrontier();
        var sealedAt = Checkpoints.ToDictionary(checkpoint => checkpoint.TreeSize, checkpoint => checkpoint.Epoch);
        Checkpoints.Clear();
        foreach (var stored in Events.Where(stored => stored.Index is not null).OrderBy(stored => stored.Index))
        {
            tree.Add(stored.Hash);
            if (sealedAt.TryGetValue(tree.Size, out var epoch))
            {
                var head = new TreeHead(TestKey.Origin, tree.Size, tree.Root);
                Checkpoints.Add(new StoredCheckpoint(tree.Size, epoch, TestKey.Sign(head.ToString(), signer(tree.Size))));
            }
        }
    }

    /// <summary>Another record at this place, and every hash behind it made right again.</summary>
    public void Rewrite(int position)
    {
        var stream = Events[position].Stream;
        var places = Events.Select((stored, at) => (stored, at)).Where(place => place.stored.Stream == stream && place.at >= position).ToList();
        var previous = Events[position].PreviousHash;
        foreach (var (stored, at) in places)
        {
            var pending = at == position
                ? _canonicalizer.Canonicalize(new AuditEvent { Type = "test.forged", Class = AuditClass.Security })
                : RecordReader.Read(stored.Record, null)!;
            var hash = ChainHash.Compute(previous, stream, stored.Sequence, pending.Record);
            Events[at] = stored with { PreviousHash = previous, Hash = hash, Record = pending.Record, Columns = IndexColumns.Of(pending) };
            previous = hash;
        }

        Heads[stream] = Heads[stream] with { Hash = previous };
    }

    public static List<PrunedRun> Join(DateOnly month, IEnumerable<StoredEvent> events)
    {
        var runs = new PrunedRunBuilder(month);
        foreach (var found in events)
        {
            runs.Add(found.Index!.Value, found.Stream, found.Sequence, found.Hash);
        }

        return runs.Build();
    }

    public EvidenceFrame Frame() => new(Epochs, Checkpoints, Runs, [.. Heads.Values], Pruned, PrunedRuns);

    /// <summary>The sealed events from one place to another are taken out.</summary>
    public void Prune(int from, int count, IAuditSigner signer, TreeHead? at = null)
    {
        var month = new DateOnly(2026, 1, 1).AddMonths(Pruned.Count);
        var runs = Join(month, Events.GetRange(from, count));
        Events.RemoveRange(from, count);
        PrunedRuns.AddRange(runs);
        var marker = new PruneMarker(TestKey.Origin, month, count, at ?? new TreeHead(TestKey.Origin, _tree.Size, _tree.Root), PruneMarker.DigestOf(runs));
        Pruned.Add(new StoredMarker(month, TestKey.Sign(marker.ToString(), signer)));
    }

    public AuditVerification Verify(params string[] givenOut) => Verify([First.PublicKey], givenOut);

    public AuditVerification Verify(IReadOnlyList<ReadOnlyMemory<byte>> trusted, params string[] givenOut)
    {
        var check = new TrailCheck(Frame(), trusted, givenOut);
        foreach (var stored in Events)
        {
            check.Add(stored);
        }

        return check.Complete();
    }
}
