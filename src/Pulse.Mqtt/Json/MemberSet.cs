using System.Runtime.CompilerServices;

namespace Pulse.Mqtt;

/// <summary>
/// The member names of one object, by hash. Equal names always collide, so no duplicate is missed; that two different names of one object
/// share a 64-bit hash would refuse that one message.
/// </summary>
internal struct MemberSet
{
    private const int InlineCount = 64;

    private InlineHashes _inline;
    private int _count;
    private HashSet<ulong>? _overflow;

    public bool TryAdd(ulong hash)
    {
        Span<ulong> inline = _inline;
        if (inline[.._count].Contains(hash))
        {
            return false;
        }

        if (_count < InlineCount)
        {
            inline[_count++] = hash;
            return true;
        }

        _overflow ??= [];
        return _overflow.Add(hash);
    }

    [InlineArray(InlineCount)]
    private struct InlineHashes
    {
        private ulong _first;
    }
}
