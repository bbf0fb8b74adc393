using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>Reads <c>ReasonFlags ::= BIT STRING</c>.</summary>
internal static class RevocationReasonBits
{
    /// <exception cref="AsnContentException">Not DER, or more bits than there are reasons.</exception>
    public static RevocationReasons Read(AsnReader reader, Asn1Tag tag)
    {
        var bits = reader.ReadBitString(out var unused, tag);
        if (bits.Length > 2 || (bits.Length * 8) - unused > 9)
        {
            throw new AsnContentException("There are nine reasons.");
        }

        var reasons = RevocationReasons.None;
        for (var bit = 1; bit < bits.Length * 8; bit++)
        {
            if ((bits[bit / 8] & (0x80 >> (bit % 8))) != 0)
            {
                reasons |= (RevocationReasons)(1 << bit);
            }
        }

        return reasons;
    }
}
