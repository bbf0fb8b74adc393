using System.Security.Cryptography;
using System.Text;

namespace Pulse.Audit;

/// <summary>What a record keeps of a text that was cut: whose it was, how long, and which.</summary>
/// <param name="Member">The member or field the text belongs to.</param>
/// <param name="Bytes">Length of the original in UTF-8 bytes; a lone surrogate counts as U+FFFD.</param>
/// <param name="Sha256">Lower-case hexadecimal SHA-256 of those bytes.</param>
internal readonly record struct CutText(string Member, long Bytes, string Sha256)
{
    /// <summary>Describes a text, which is read whole for it unless it is among the ones described <paramref name="earlier"/>.</summary>
    public static CutText Of(string member, string original, List<CutText>? earlier)
    {
        var known = earlier?.FindIndex(cut => cut.Member == member) ?? -1;
        return known >= 0 ? earlier![known] : Of(member, original);
    }

    private static CutText Of(string member, string original)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var encoder = Encoding.UTF8.GetEncoder();
        Span<byte> chunk = stackalloc byte[1024];
        var rest = original.AsSpan();
        var bytes = 0L;
        for (var completed = false; !completed;)
        {
            encoder.Convert(rest, chunk, flush: true, out var used, out var written, out completed);
            hash.AppendData(chunk[..written]);
            bytes += written;
            rest = rest[used..];
        }

        return new CutText(member, bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
