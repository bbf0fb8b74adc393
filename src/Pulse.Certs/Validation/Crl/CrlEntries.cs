using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>
/// The entries of a CRL, found by serial number in the CRL's own bytes: four octets of index for each, eight in an indirect CRL,
/// whatever the entries hold.
/// </summary>
internal sealed class CrlEntries
{
    private readonly ReadOnlyMemory<byte> _encoded;
    private readonly int[] _offsets;
    private readonly int[] _issuers;
    private readonly List<ReadOnlyMemory<byte>> _names;

    private CrlEntries(ReadOnlyMemory<byte> encoded, int[] offsets, int[] issuers, List<ReadOnlyMemory<byte>> names)
    {
        _encoded = encoded;
        _offsets = offsets;
        _issuers = issuers;
        _names = names;
    }

    public int Count => _offsets.Length;

    /// <summary>Reads what is inside <c>revokedCertificates</c>.</summary>
    /// <param name="encoded">The entries, one behind the other.</param>
    /// <param name="issuer">The CRL's issuer, whom the entries are about unless they say otherwise.</param>
    /// <param name="isIndirect">Whether entries may name another issuer.</param>
    /// <param name="isDelta">Whether entries may be removed.</param>
    /// <exception cref="AsnContentException">An entry is not one, repeats another, or says what this CRL's entries may not.</exception>
    public static CrlEntries Read(ReadOnlyMemory<byte> encoded, ReadOnlyMemory<byte> issuer, bool isIndirect, bool isDelta)
    {
        var offsets = new List<int>();
        var issuers = new List<int>();
        var names = new List<ReadOnlyMemory<byte>> { issuer };
        var isSorted = true;
        var last = ReadOnlySpan<byte>.Empty;
        var span = encoded.Span;
        for (var offset = 0; offset < span.Length;)
        {
            var entry = CrlEntry.Read(span[offset..]);
            if (entry.Reason == CrlEntry.RemoveFromCrl && !isDelta)
            {
                throw new AsnContentException("Only a delta CRL removes entries.");
            }

            if (!entry.Issuer.IsEmpty)
            {
                names.Add(isIndirect ? entry.Issuer : throw new AsnContentException("Only an indirect CRL names other issuers."));
            }

            offsets.Add(offset);
            if (isIndirect)
            {
                issuers.Add(names.Count - 1);
            }

            isSorted = isSorted && CrlEntry.Compare(last, entry.Serial) < 0;
            last = entry.Serial;
            offset += entry.Length;
        }

        var entries = new CrlEntries(encoded, [.. offsets], [.. issuers], names);
        if (!isSorted)
        {
            entries.Sort();
        }

        return entries;
    }

    /// <summary>The reason a certificate is revoked for; null when it is not on the list.</summary>
    public int? Find(ReadOnlySpan<byte> issuer, ReadOnlySpan<byte> serial)
    {
        for (var i = FindFirst(serial); i < _offsets.Length; i++)
        {
            var entry = CrlEntry.Read(_encoded.Span[_offsets[i]..]);
            if (!entry.Serial.SequenceEqual(serial))
            {
                return null;
            }

            if (IssuerOf(i).Span.SequenceEqual(issuer))
            {
                return entry.Reason;
            }
        }

        return null;
    }

    private ReadOnlyMemory<byte> IssuerOf(int index) => _names[_issuers.Length == 0 ? 0 : _issuers[index]];

    private int FindFirst(ReadOnlySpan<byte> serial)
    {
        var (low, high) = (0, _offsets.Length);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (CrlEntry.Compare(SerialAt(_offsets[middle]), serial) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private ReadOnlySpan<byte> SerialAt(int offset) => CrlEntry.SerialOf(_encoded.Span[offset..]);

    private void Sort()
    {
        var bySerial = Comparer<int>.Create((first, second) => CrlEntry.Compare(SerialAt(first), SerialAt(second)));
        if (_issuers.Length > 0)
        {
            Array.Sort(_offsets, _issuers, bySerial);
            return;
        }

        Array.Sort(_offsets, bySerial);
        for (var i = 1; i < _offsets.Length; i++)
        {
            if (bySerial.Compare(_offsets[i - 1], _offsets[i]) == 0)
            {
                throw new AsnContentException("A serial number is listed twice.");
            }
        }
    }
}
