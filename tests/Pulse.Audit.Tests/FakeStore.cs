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

    public async Task<StoreResult> AppendAsync(ReadOnlyMemory<ChainedEvent> events, bool synchronous, CancellationToken cancellationToken)
    {
        var call = new StoreCall(events.ToArray(), synchronous, null);
        _calls.Writer.TryWrite(call);
        var result = await Script(call, cancellationToken);
        if (result == StoreResult.Committed)
        {
            Stored.AddRange(call.Events);
        }

        return result;
    }

    public async Task<StoreResult> QuarantineAsync(ChainedEvent refused, string sqlState, CancellationToken cancellationToken)
    {
        var call = new StoreCall([refused], false, sqlState);
        _calls.Writer.TryWrite(call);
        var result = await Script(call, cancellationToken);
        if (result == StoreResult.Committed)
        {
            Quarantined.Add((refused, sqlState));
        }

        return result;
    }
}

internal sealed record StoreCall(ChainedEvent[] Events, bool Synchronous, string? SqlState)
{
    public IEnumerable<string> Types => Events.Select(chained => chained.Event.Type);
}
