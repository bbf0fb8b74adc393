namespace Pulse.Audit;

/// <summary>Joins the events of a month, in the order of the tree, to runs. Of an event it keeps the hash alone: a month can hold millions.</summary>
internal sealed class PrunedRunBuilder(DateOnly month)
{
    /// <summary>Most events of a run: its line in an export, and its value in the database, stay far below what either can hold.</summary>
    public const int MaxLeaves = 65_536;

    private readonly List<PrunedRun> _runs = [];
    private readonly List<byte> _hashes = [];
    private long _firstIndex;
    private Guid _stream;
    private long _firstSequence;

    public long EventCount { get; private set; }

    public void Add(long index, Guid stream, long sequence, ReadOnlySpan<byte> hash)
    {
        var count = _hashes.Count / MerkleFrontier.HashBytes;
        var follows = stream == _stream && index == _firstIndex + count && sequence == _firstSequence + count;
        if (!follows || count == MaxLeaves)
        {
            Close();
            (_firstIndex, _stream, _firstSequence) = (index, stream, sequence);
        }

        _hashes.AddRange(hash);
        EventCount++;
    }

    /// <returns>The runs of all events added.</returns>
    public List<PrunedRun> Build()
    {
        Close();
        return _runs;
    }

    private void Close()
    {
        if (_hashes.Count > 0)
        {
            _runs.Add(new PrunedRun(_firstIndex, month, _stream, _firstSequence, [.. _hashes]));
            _hashes.Clear();
        }
    }
}
