using System.Buffers;
using Microsoft.Extensions.Logging;

namespace Pulse.Audit;

/// <summary>
/// Chained events on this machine's disk, in the order of their chains, until the database has them. One process writes, one
/// segment at a time; a segment is given away for storing whole, and deleted after it is stored.
/// </summary>
internal sealed class Spill : IDisposable
{
    /// <summary>The file whose space is kept for the time when there is none.</summary>
    public const string Reserve = "reserve";

    /// <summary>Ends the name of a segment that is kept because it was damaged.</summary>
    public const string SetAsideSuffix = ".damaged";

    /// <summary>Ends the name of a file that is not whole yet.</summary>
    public const string UnfinishedSuffix = ".tmp";

    private readonly Lock _gate = new();
    private readonly Queue<SpillSegment> _sealed;
    private readonly ArrayBufferWriter<byte> _frames = new();
    private readonly Guid _boot;
    private readonly ISpillDisk _disk;
    private readonly PulseAuditOptions _options;
    private readonly AuditMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private SpillSegment? _active;
    private ISpillFile? _file;
    private long _number;
    private bool _hasReserve;

    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write there.</exception>
    public Spill(ISpillDisk disk, PulseAuditOptions options, AuditMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_disk, _options, _metrics, _time, _logger) = (disk, options, metrics, time, logger);
        _boot = Guid.CreateVersion7(time.GetUtcNow());
        var left = SpillInventory.Take(disk);
        _sealed = new Queue<SpillSegment>(left.Segments);
        (_number, Recovered) = (left.LastNumber, left.Events);
        RenewReserveLocked(mayFail: false);
    }

    /// <summary>This run of the process.</summary>
    public Guid Boot => _boot;

    /// <summary>Events that an earlier process left behind.</summary>
    public long Recovered { get; }

    public bool HasBacklog
    {
        get
        {
            lock (_gate)
            {
                return _active is not null || _sealed.Count > 0;
            }
        }
    }

    /// <summary>Bytes of the segments, the reserve only once it is used.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return BytesLocked;
            }
        }
    }

    /// <summary>When the oldest event in it occurred.</summary>
    public DateTimeOffset? Oldest
    {
        get
        {
            lock (_gate)
            {
                return _sealed.TryPeek(out var first) ? first.Oldest : _active?.Oldest;
            }
        }
    }

    private long BytesLocked => _sealed.Sum(segment => segment.Bytes) + (_active?.Bytes ?? 0);

    /// <summary>Puts events of one stream on the disk, all or none, and returns once the disk has them.</summary>
    public SpillAnswer Append(IReadOnlyList<ChainedEvent> group)
    {
        lock (_gate)
        {
            var bytes = group.Sum(chained => (long)SpillFrame.BytesFor(chained.Event));
            if (_active is not null && (_active.Stream != group[0].Stream || _active.Bytes + bytes > _options.SpillSegmentBytes))
            {
                SealLocked();
            }

            if (_active is not null && (_active.IsReserve || IsWithinQuota(bytes)) && TryAppendLocked(group))
            {
                return SpillAnswer.Kept;
            }

            // A file that failed once is never written again: what the system still holds of it may be clean and yet lost.
            var isWithinQuota = IsWithinQuota(bytes + SpillHeader.Bytes);
            if (isWithinQuota && TryBeginLocked(group[0], fromReserve: false) && TryAppendLocked(group))
            {
                return SpillAnswer.Kept;
            }

            var fitsReserve = bytes + SpillHeader.Bytes <= _options.SpillSegmentBytes;
            if (_hasReserve && fitsReserve && TryBeginLocked(group[0], fromReserve: true) && TryAppendLocked(group))
            {
                return SpillAnswer.Kept;
            }

            return isWithinQuota ? SpillAnswer.Failed : SpillAnswer.Full;
        }
    }

    /// <summary>The oldest segment and what it holds; null instead of that when it cannot be read. No more is written to it.</summary>
    /// <param name="isLast">Whether it is given up when it still cannot be read.</param>
    /// <returns>No segment when it is to be asked for again.</returns>
    public (SpillSegment? Segment, SegmentScan? Scan) Open(bool isLast)
    {
        lock (_gate)
        {
            if (_sealed.Count == 0)
            {
                SealLocked();
            }

            var segment = _sealed.Peek();
            try
            {
                var scan = SegmentScan.Read(_disk.Read(segment.Name), segment.Id);
                segment.IsOpened = true;
                return (segment, scan);
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                _metrics.SpillFailed(SpillFault.Vanished);
                Log.SpillVanished(_logger, segment.Name, segment.Events, gone);
                var isFinal = isLast || gone is FileNotFoundException or DirectoryNotFoundException;
                return (isFinal ? segment : null, null);
            }
        }
    }

    /// <summary>Everything in the oldest segment is stored.</summary>
    /// <param name="setAside">Whether the file is kept for whoever wants to know what happened to it.</param>
    public void Close(bool setAside)
    {
        lock (_gate)
        {
            var segment = _sealed.Dequeue();
            try
            {
                if (setAside)
                {
                    _disk.Rename(segment.Name, segment.Name + SetAsideSuffix);
                }
                else
                {
                    _disk.Delete(segment.Name);
                }
            }
            catch (Exception left) when (left is IOException or UnauthorizedAccessException)
            {
                // Storing it again after a restart changes nothing, so the file that stays behind is no harm.
                Log.SpillFileStays(_logger, segment.Name, left);
            }

            if (!_hasReserve && _sealed.Count == 0)
            {
                RenewReserveLocked(mayFail: true);
            }
        }
    }

    /// <summary>Looks whether the folder is still where it was, and makes it anew otherwise.</summary>
    /// <returns>How many events went with it; zero when it is there.</returns>
    public long Check()
    {
        lock (_gate)
        {
            if (_disk.IsIntact(_active?.Name))
            {
                return 0;
            }

            // What is being stored right now is in memory.
            _sealed.TryPeek(out var first);
            var opened = first?.IsOpened == true ? first : null;
            var lost = _sealed.Where(segment => segment != opened).Sum(segment => segment.Events) + (_active?.Events ?? 0);
            _metrics.SpillFailed(SpillFault.Vanished);
            Log.SpillFolderVanished(_logger, _options.SpillFolder!, lost);
            ReleaseLocked();
            _active = null;
            _sealed.Clear();
            if (opened is not null)
            {
                _sealed.Enqueue(opened);
            }

            RestoreLocked();
            return lost;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            ReleaseLocked();
            _disk.Dispose();
        }
    }

    private bool IsWithinQuota(long bytes) => BytesLocked + bytes <= _options.SpillMaxBytes;

    private bool TryBeginLocked(ChainedEvent first, bool fromReserve)
    {
        SealLocked();
        var created = EventCanonicalizer.TruncateToMicroseconds(_time.GetUtcNow());
        var segment = SpillSegment.Create(++_number, Guid.CreateVersion7(created), first.Stream, fromReserve);
        var header = new SpillHeader(segment.Id, first.Stream, _boot, first.Sequence, first.PreviousHash, created).Write();
        try
        {
            _file = fromReserve ? _disk.Adopt(Reserve, segment.Name, header) : _disk.Create(segment.Name, header);
            _hasReserve &= !fromReserve;
            segment.Bytes = header.Length;
            segment.Oldest = created;
            _active = segment;
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            _hasReserve &= !fromReserve;
            Fail(segment, refused);
            return false;
        }
    }

    private bool TryAppendLocked(IReadOnlyList<ChainedEvent> group)
    {
        _frames.ResetWrittenCount();
        foreach (var chained in group)
        {
            SpillFrame.Write(_frames, _active!.Id, chained);
        }

        var before = _file!.Length;
        try
        {
            var started = _time.GetTimestamp();
            _file.Append(_frames.WrittenSpan);
            _file.Synchronize();
            _metrics.SpillSynchronized(_time.GetElapsedTime(started));
            _active!.Events += group.Count(chained => !chained.Event.IsOwn);
            _active.Bytes += _frames.WrittenCount;
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Fail(_active!, refused);
            TakeBackLocked(before);
            SealLocked();
            return false;
        }
    }

    private void TakeBackLocked(long length)
    {
        try
        {
            _file!.Truncate(length);
        }
        catch (Exception stays) when (stays is IOException or UnauthorizedAccessException)
        {
            // What was written stays in the file, and will be recognised there as stored already.
            Log.SpillFileStays(_logger, _active!.Name, stays);
        }
    }

    private void SealLocked()
    {
        if (_active is null)
        {
            return;
        }

        ReleaseLocked();
        _sealed.Enqueue(_active);
        _active = null;
    }

    private void ReleaseLocked()
    {
        _file?.Dispose();
        _file = null;
    }

    private void RestoreLocked()
    {
        try
        {
            _disk.Restore();
            _hasReserve = false;
            RenewReserveLocked(mayFail: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // Tried again at the next look.
            _metrics.SpillFailed(SpillFault.Write);
            Log.SpillFailing(_logger, _options.SpillFolder!, refused);
        }
    }

    private void RenewReserveLocked(bool mayFail)
    {
        try
        {
            _disk.Reserve(Reserve, _options.SpillSegmentBytes);
            _hasReserve = true;
        }
        catch (IOException refused) when (mayFail)
        {
            // Tried again when the spill is empty the next time.
            Log.SpillFailing(_logger, Reserve, refused);
        }
    }

    private void Fail(SpillSegment segment, Exception failure)
    {
        _metrics.SpillFailed(SpillFault.Write);
        Log.SpillFailing(_logger, segment.Name, failure);
    }
}
