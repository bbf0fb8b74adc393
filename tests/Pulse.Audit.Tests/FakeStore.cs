using System.Threading.Channels;
using Npgsql;

namespace Pulse.Audit.Tests;

/// <summary>A store that does what the test's script says; without one it commits.</summary>
internal sealed class FakeStore : IAuditStore
{
    private readonly Channel<StoreCall> _calls = Channel.CreateUnbounded<StoreCall>();

    public List<ChainedEvent> Stored { get; } = [];

    public List<(ChainedEvent Event, string SqlState)> Quarantined { get; } = [];

    public Func<StoreCall, CancellationToken, Task<StoreResult>> Script { get; set; } = (_, _) => Task.FromResult(StoreResult.Committed);

    public static PostgresException Refusal(string sqlState) => new("refused", "ERROR", "ERROR", sqlState);

    /// <summary>Fails the given number of calls, then commits.</summary>
    public void FailTimes(int times, Exception failure) =>
        Script = (_, _) => times-- > 0 ? Task.FromException<StoreResult>(failure) : Task.FromResult(StoreResult.Committed);

    public ValueTask<StoreCall> NextCallAsync() => _calls.Reader.ReadAsync();

    public bool TryNextCall(out StoreCall? call) => _calls.Reader.TryRead(out call);

    /// <summary>Where each stream stands.</summary>
    public Dictionary<Guid, ChainHead> Heads { get; } = [];

    public Func<Guid, Task<ChainHead?>>? HeadScript { get; set; }

    public Task<ChainHead?> FindHeadAsync(Guid stream, CancellationToken cancellationToken) =>
        HeadScript is null ? Task.FromResult(Heads.GetValueOrDefault(stream)) : HeadScript(stream);

    public async Task<StoreResult> AppendAsync(ReadOnlyMemory<ChainedEvent> events, bool synchronous, CancellationToken cancellationToken)
    {
        var call = new StoreCall(events.ToArray(), synchronous, null);
        _calls.Writer.TryWrite(call);
        var result = await Script(call, cancellationToken);
        return result == StoreResult.Committed ? Commit(call.Events, isQuarantine: false, () => Stored.AddRange(call.Events)) : result;
    }

    public async Task<StoreResult> QuarantineAsync(ChainedEvent refused, string sqlState, CancellationToken cancellationToken)
    {
        var call = new StoreCall([refused], false, sqlState);
        _calls.Writer.TryWrite(call);
        var result = await Script(call, cancellationToken);
        return result == StoreResult.Committed ? Commit(call.Events, isQuarantine: true, () => Quarantined.Add((refused, sqlState))) : result;
    }

    /// <summary>As the real one: the head is compared and set, a repeated call is recognised, an id is stored once.</summary>
    private StoreResult Commit(ChainedEvent[] events, bool isQuarantine, Action keep)
    {
        var (first, last) = (events[0], events[^1]);
        var head = Heads.GetValueOrDefault(first.Stream) ?? ChainHead.Start(first.Stream);
        if (head.Sequence != first.Sequence - 1 || !head.Hash.AsSpan().SequenceEqual(first.PreviousHash))
        {
            return head.Sequence == last.Sequence && head.Hash.AsSpan().SequenceEqual(last.Hash)
                ? StoreResult.AlreadyCommitted
                : StoreResult.HeadMoved;
        }

        if (!isQuarantine && events.Any(chained => Stored.Exists(stored => stored.Event.Id == chained.Event.Id)))
        {
            return StoreResult.Duplicate;
        }

        keep();
        Heads[first.Stream] = new ChainHead(first.Stream, last.Sequence, last.Hash);
        return StoreResult.Committed;
    }
}

internal sealed record StoreCall(ChainedEvent[] Events, bool Synchronous, string? SqlState)
{
    public IEnumerable<string> Types => Events.Select(chained => chained.Event.Type);
}
