using Microsoft.Extensions.Logging;

namespace Pulse.Audit;

/// <summary>
/// Stores what is on the disk, segment by segment, at the places it had. What the database has already is passed over; what
/// cannot follow in its own stream is put into another one, which says so.
/// </summary>
internal sealed class SpillReplay(
    Spill spill,
    Overflow overflow,
    ChainDelivery delivery,
    ChainCursor chain,
    EventCanonicalizer canonicalizer,
    AuditQueue queue,
    AuditLedger ledger,
    DropTally drops,
    AuditMetrics metrics,
    PulseAuditOptions options,
    TimeProvider time,
    ILogger<AuditLoop> logger) : IBatchOwner
{
    /// <summary>How often a segment that is there is read again before it is given up: a process may be short of file handles for a while.</summary>
    public const int MaxReads = 5;

    private readonly Queue<ReplayRun> _runs = [];
    private int _reads;
    private ReplayRun? _run;
    private ReadOnlyMemory<ChainedEvent>? _rest;
    private bool _isOpen;
    private bool _setAside;

    /// <summary>While stopping, with a database that does not answer and nothing in memory: the disk keeps the rest.</summary>
    public bool IsOvertaken => delivery.HasFailedWhileClosing && queue.Pending == 0;

    public bool IsWatching => true;

    /// <summary>A segment is deleted once all of it is stored.</summary>
    public bool GivesUpCopy => true;

    public void Look() => overflow.RelieveIfDue(inFlight: null);

    public void Settle(ReadOnlySpan<ChainedEvent> events, string? refusal)
    {
        foreach (var chained in events)
        {
            ledger.Unspill(chained.Event);
            DirectBatch.Record(chained, refusal, ledger, logger);
        }

        _rest = _rest!.Value[events.Length..];
    }

    /// <summary>The next part: a segment opened, a batch stored, or a segment closed.</summary>
    public async Task StepAsync(CancellationToken abort)
    {
        abort.ThrowIfCancellationRequested();
        if (!_isOpen)
        {
            if (!TryOpen())
            {
                await delivery.PauseForForkAsync(this).ConfigureAwait(false);
            }
        }
        else if (_run is null && !_runs.TryDequeue(out _run))
        {
            spill.Close(_setAside);
            _isOpen = false;
        }
        else if (_rest is null)
        {
            await PlaceAsync(_run).ConfigureAwait(false);
        }
        else if (_rest.Value.Length == 0)
        {
            (_run, _rest) = (null, null);
        }
        else if (await delivery.DeliverAsync(NextOf(_rest.Value), this).ConfigureAwait(false) == DeliveryEnd.HeadMoved)
        {
            // Somebody else moved it just now: what is stored of the run is found anew.
            await delivery.PauseForForkAsync(this).ConfigureAwait(false);
            _run = _run.After(_run.Events.Count - Math.Min(_rest!.Value.Length, _run.Events.Count));
            _rest = null;
        }
    }

    /// <returns>False when the segment may be readable later.</returns>
    private bool TryOpen()
    {
        var (segment, scan) = spill.Open(isLast: ++_reads >= MaxReads);
        if (segment is null)
        {
            return false;
        }

        (_isOpen, _reads) = (true, 0);
        _setAside = scan is null || scan.IsDamaged;
        var unreadable = 0;
        var (readable, told) = (0, 0L);
        if (scan is not null)
        {
            foreach (var run in ReplayRun.Split(segment, scan, scan.Header?.Boot != spill.Boot, out unreadable))
            {
                _runs.Enqueue(run);
                readable += run.Events.Count(pending => !pending.IsOwn);
                told += run.Missing;
            }

            _setAside |= unreadable > 0;
            Tell(segment, scan, unreadable);
        }

        var damaged = segment.Events - readable;
        ledger.Damage(damaged);
        segment.Events = readable;

        // Somebody was told that these were safe. What a hole between two sequence numbers shows, the record of the new stream
        // declares; what is missing at the end, or with the whole segment, would otherwise be declared nowhere.
        if (damaged > told)
        {
            drops.AddLost(damaged - told, time.GetUtcNow());
        }

        return true;
    }

    private void Tell(SpillSegment segment, SegmentScan scan, int unreadable)
    {
        if (scan.TornBytes > 0)
        {
            metrics.SpillFailed(SpillFault.Torn);
            Log.SpillTorn(logger, segment.Name, scan.TornBytes);
        }

        if (scan.IsDamaged || unreadable > 0)
        {
            metrics.SpillFailed(SpillFault.Damaged);
            Log.SpillDamaged(logger, segment.Name, scan.DamagedBytes, unreadable, scan.Runs.Sum(run => run.Missing) + unreadable, segment.Name + Spill.SetAsideSuffix);
        }
    }

    /// <summary>Finds where the run goes, and how much of it is there already.</summary>
    private async Task PlaceAsync(ReplayRun run)
    {
        var own = run.OwnPlaces();
        if (own is not null)
        {
            var head = await delivery.FindHeadAsync(run.Source, this).ConfigureAwait(false);
            if (head is null)
            {
                return;
            }

            var stored = ReplayRun.StoredOf(own, head);
            if (stored is not null)
            {
                PassOver(own, stored.Value);
                return;
            }
        }

        await ForkAsync(run).ConfigureAwait(false);
    }

    private async Task ForkAsync(ReplayRun run)
    {
        var stream = ForkRecord.StreamFor(run.Source, run.FirstSequence);
        var head = await delivery.FindHeadAsync(stream, this).ConfigureAwait(false);
        if (head is null)
        {
            return;
        }

        var record = ForkRecord.Create(canonicalizer, run.Source, run.FirstSequence, run.Missing, run.At);
        var places = ChainHead.Start(stream).Extend([record, .. run.Events], 0);
        var stored = ReplayRun.StoredOf(places, head);
        if (stored is null)
        {
            // The database stands elsewhere even there. A stream of its own is certain to be free; what is stored of this run
            // already will be refused by its id, and kept in quarantine.
            stream = Guid.CreateVersion7(run.At);
            places = ChainHead.Start(stream).Extend([record, .. run.Events], 0);
        }

        metrics.StreamForked();
        Log.SpillForked(logger, run.Source, run.FirstSequence, stream, run.Missing);
        PassOver(places, stored ?? 0);
        if (run.Source == chain.Head.Stream)
        {
            // What is chained from now on must not follow what nobody can follow.
            chain.BeginNewStream();
        }
    }

    private void PassOver(ChainedEvent[] places, int stored)
    {
        _rest = places;
        if (stored > 0)
        {
            Settle(places.AsSpan(0, stored), refusal: null);
        }
    }

    private ReadOnlyMemory<ChainedEvent> NextOf(ReadOnlyMemory<ChainedEvent> rest)
    {
        var bytes = 0L;
        var count = 0;
        while (count < rest.Length && count < options.BatchMaxEvents)
        {
            bytes += rest.Span[count].Event.Record.Length;
            if (count > 0 && bytes > options.BatchMaxBytes)
            {
                break;
            }

            count++;
        }

        return rest[..count];
    }
}
