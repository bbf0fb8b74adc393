using System.Buffers.Binary;
using System.Numerics;

namespace Pulse.Audit;

/// <summary>CRC-32C (Castagnoli; RFC 3720 appendix B.4), in parts: what is added first acts as the salt of what follows.</summary>
internal struct Crc32C()
{
    private uint _state = uint.MaxValue;

    public readonly uint Value => ~_state;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            _state = BitOperations.Crc32C(_state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var rest in bytes)
        {
            _state = BitOperations.Crc32C(_state, rest);
        }
    }
}
