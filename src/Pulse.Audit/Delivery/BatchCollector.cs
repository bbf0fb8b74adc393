using System.Threading.Channels;

namespace Pulse.Audit;

/// <summary>Gathers the next batch: by number, by bytes, by time; a Critical event, a gap or the end of a flood ends the gathering at once.</summary>
internal sealed class BatchCollector(
    AuditQueue queue,
    DropTally drops,
    FloodControl floods,
    ClockWatch clock,
    AuditLedger ledger,
    EventCanonicalizer canonicalizer,
    PulseAuditOptions options,
    TimeProvider time)
{
    private readonly ChannelReader<PendingEvent> _reader = queue.Reader;
    private readonly Queue<PendingEvent> _returned = [];
    private List<PendingEvent> _batch = [];
    private PendingEvent? _firstReturned;
    private long _bytes;
    private bool _full;
    private bool _urgent;

    /// <summary>What was gathered last, complete or not, and what was given back: whoever abandons the queue must tell these as well.</summary>
    public IEnumerable<PendingEvent> Gathered => _batch.Concat(_returned);

    /// <summary>The event that is next; null when there is none. May be asked from anywhere.</summary>
    public PendingEvent? Next => Volatile.Read(ref _firstReturned) ?? (_reader.TryPeek(out var queued) ? queued : null);

    /// <summary>Waits for the next batch.</summary>
    /// <returns>The batch; empty when the queue is closed and nothing is left.</returns>
    public async ValueTask<IReadOnlyList<PendingEvent>> CollectAsync(CancellationToken abort)
    {
        Begin();
        if (!_urgent && _returned.Count == 0)
        {
            await WaitAsync(abort).ConfigureAwait(false);
        }

        Take();
        if (_batch.Count > 0 && !_full && !_urgent && options.Linger > TimeSpan.Zero)
        {
            await LingerAsync(abort).ConfigureAwait(false);
        }

        AddGaps();
        return _batch;
    }

    /// <summary>A batch of what is there, without waiting.</summary>
    public IReadOnlyList<PendingEvent> CollectReady()
    {
        Begin();
        Take();
        AddGaps();
        return _batch;
    }

    /// <summary>Takes back the last batch, which has found no place: it is the next one again.</summary>
    public void Return()
    {
        PendingEvent[] later = [.. _returned];
        _returned.Clear();
        foreach (var pending in _batch.Concat(later))
        {
            _returned.Enqueue(pending);
        }

        Volatile.Write(ref _firstReturned, _returned.TryPeek(out var first) ? first : null);
        _batch = [];
    }

    /// <summary>The last batch has found its place.</summary>
    public void Accept() => _batch = [];

    /// <summary>What remains of the last batch after some of it was decided otherwise.</summary>
    public void Keep(IEnumerable<PendingEvent> rest) => _batch = [.. rest];

    /// <summary>Counts what no record will tell of as lost.</summary>
    public void AbandonFloods() => ledger.LoseCoalesced(floods.Abandon());

    private void Begin()
    {
        _batch = [];
        _bytes = 0;
        _full = false;
        _urgent = !drops.IsEmpty || floods.IsDue;
    }

    // Behind the events that were accepted before, and beyond the batch's limits: a gap must not wait for room.
    private void AddGaps()
    {
        foreach (var gap in drops.Take())
        {
            AddOwn(canonicalizer.CanonicalizeOwn(gap.ToEvent(), gap.Declares));
        }

        foreach (var flood in floods.Take(options.BatchMaxEvents, queue.IsClosed))
        {
            AddOwn(canonicalizer.CanonicalizeOwn(flood));
        }

        // Not for its own sake: where there is no event, there is no time to doubt.
        var step = _batch.Count == 0 ? null : clock.Look();
        if (step is not null)
        {
            AddOwn(canonicalizer.CanonicalizeOwn(step, gapCount: 0));
        }
    }

    /// <summary>It waits from now on like any other: a batch that begins with it must not look as if it never waited.</summary>
    private void AddOwn(PendingEvent own)
    {
        own.EnqueuedAt = time.GetTimestamp();
        _batch.Add(own);
    }

    /// <summary>Until there is an event, the queue is closed, or a flood has ended: nothing else tells of that while the queue is empty.</summary>
    private async ValueTask WaitAsync(CancellationToken abort)
    {
        if (!floods.IsEnabled)
        {
            await _reader.WaitToReadAsync(abort).ConfigureAwait(false);
            return;
        }

        while (!floods.IsDue)
        {
            using var turn = new CancellationTokenSource(options.CoalesceWindow, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(turn.Token, abort);
            try
            {
                await _reader.WaitToReadAsync(either.Token).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (!abort.IsCancellationRequested)
            {
                // Time to look whether a flood has ended.
            }
        }
    }

    private async ValueTask LingerAsync(CancellationToken abort)
    {
        using var linger = new CancellationTokenSource(options.Linger, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(linger.Token, abort);
        try
        {
            while (!_full && !_urgent && await _reader.WaitToReadAsync(either.Token).ConfigureAwait(false))
            {
                Take();
            }
        }
        catch (OperationCanceledException) when (!abort.IsCancellationRequested)
        {
            // The time is up: the batch goes as it is.
        }
    }

    private void Take()
    {
        for (var next = Next; next is not null && !_full; next = Next)
        {
            if (_batch.Count > 0 && _bytes + next.Record.Length > options.BatchMaxBytes)
            {
                _full = true;
                return;
            }

            if (_returned.TryDequeue(out _))
            {
                Volatile.Write(ref _firstReturned, _returned.TryPeek(out var following) ? following : null);
            }
            else
            {
                _reader.TryRead(out _);
            }

            _batch.Add(next);
            _bytes += next.Record.Length;
            _urgent |= next.Class == AuditClass.Critical;
            _full = _batch.Count >= options.BatchMaxEvents;
        }
    }
}
