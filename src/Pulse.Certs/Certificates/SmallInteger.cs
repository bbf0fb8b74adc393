using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>Integers that count something: never negative, and beyond any count of ours all the same.</summary>
internal static class SmallInteger
{
    /// <exception cref="AsnContentException">Not DER, or negative.</exception>
    public static int Read(AsnReader reader, Asn1Tag? tag = null)
    {
        var number = reader.ReadInteger(tag);
        if (number.Sign < 0)
        {
            throw new AsnContentException("A count is not negative.");
        }

        return number > int.MaxValue ? int.MaxValue : (int)number;
    }
}
