using System.Threading.Channels;

namespace Pulse.Audit;

/// <summary>Gathers the next batch: by number, by bytes, by time; a Critical event or a gap ends the gathering at once.</summary>
internal sealed class BatchCollector(
    AuditQueue queue, DropTally drops, EventCanonicalizer canonicalizer, PulseAuditOptions options, TimeProvider time)
{
    private readonly ChannelReader<PendingEvent> _reader = queue.Reader;
    private readonly List<PendingEvent> _batch = [];
    private long _bytes;
    private bool _full;
    private bool _urgent;

    /// <summary>What was gathered last, complete or not: whoever abandons the queue must tell these as well.</summary>
    public IReadOnlyList<PendingEvent> Gathered => _batch;

    /// <summary>Waits for the next batch.</summary>
    /// <returns>The batch, valid until the next call; empty when the queue is closed and nothing is left.</returns>
    public async ValueTask<IReadOnlyList<PendingEvent>> CollectAsync(CancellationToken abort)
    {
        _batch.Clear();
        _bytes = 0;
        _full = false;
        _urgent = !drops.IsEmpty;

        if (!_urgent)
        {
            await _reader.WaitToReadAsync(abort).ConfigureAwait(false);
        }

        Take();
        if (_batch.Count > 0 && !_full && !_urgent && options.Linger > TimeSpan.Zero)
        {
            await LingerAsync(abort).ConfigureAwait(false);
        }

        // Behind the events that were accepted before, and beyond the batch's limits: a gap must not wait for room.
        if (drops.Take() is { } gap)
        {
            _batch.Add(canonicalizer.Canonicalize(gap.ToEvent(), gap.Count));
        }

        return _batch;
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
        while (!_full && _reader.TryPeek(out var next))
        {
            if (_batch.Count > 0 && _bytes + next.Record.Length > options.BatchMaxBytes)
            {
                _full = true;
                return;
            }

            _reader.TryRead(out _);
            _batch.Add(next);
            _bytes += next.Record.Length;
            _urgent |= next.Class == AuditClass.Critical;
            _full = _batch.Count >= options.BatchMaxEvents;
        }
    }
}
