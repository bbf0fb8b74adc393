using System.Runtime.InteropServices;

namespace Pulse.Mqtt;

/// <summary>
/// What a question must have for a rule to cover it, beside its neighbours in one array: most rules are passed over without touching
/// the memory their filters lie in.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct AclRuleProbe(ReadOnlySpan<byte> stem, bool isLiteral)
{
    private readonly int _length = stem.Length;
    private readonly bool _isLiteral = isLiteral;

    // The end of the stem: the names of one section mostly begin alike.
    private readonly uint _end = End(stem);

    public bool MayCover(ReadOnlySpan<byte> asked)
    {
        if (asked.Length < _length)
        {
            // Stryker disable once Boolean : a probe that lets pass costs a look at the rule, which decides
            return false;
        }

        // Stryker disable once Logical : a probe that lets pass costs a look at the rule, which decides
        return (!_isLiteral || asked.Length == _length) && End(asked[.._length]) == _end;
    }

    // Stryker disable once Conditional,Equality : what the ends do not tell apart, the rules do
    private static uint End(ReadOnlySpan<byte> stem) =>
        stem.Length < sizeof(uint) ? 0 : MemoryMarshal.Read<uint>(stem[^sizeof(uint)..]);
}
