using System.Buffers;

namespace Pulse.Audit;

/// <summary>Bytes on their way out, taken in pieces worth a write.</summary>
internal sealed class GatheredBytes
{
    private ArrayBufferWriter<byte> _filling = new();
    private ArrayBufferWriter<byte> _taken = new();

    public IBufferWriter<byte> Writer => _filling;

    /// <summary>What has gathered, once it is more than this; nothing otherwise. Good until it is asked for again.</summary>
    public ReadOnlyMemory<byte> Take(int moreThan)
    {
        if (_filling.WrittenCount <= moreThan)
        {
            return default;
        }

        (_filling, _taken) = (_taken, _filling);
        _filling.ResetWrittenCount();
        return _taken.WrittenMemory;
    }
}
