using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>The basic constraints extension (RFC 5280 §4.2.1.9).</summary>
internal readonly record struct BasicConstraints(bool IsAuthority, int? PathLength)
{
    /// <summary>Whether a bound was written at all, which only an authority's certificate may do.</summary>
    public bool HasPathLength => PathLength is not null;

    /// <exception cref="AsnContentException">Not DER.</exception>
    public static BasicConstraints Read(ReadOnlyMemory<byte> value)
    {
        var outer = new AsnReader(value, AsnEncodingRules.DER);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();

        var isAuthority = false;
        if (sequence.HasData && sequence.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean))
        {
            isAuthority = sequence.ReadBoolean();
            if (!isAuthority)
            {
                throw new AsnContentException("DER leaves out a value equal to its default.");
            }
        }

        int? pathLength = sequence.HasData ? SmallInteger.Read(sequence) : null;
        sequence.ThrowIfNotEmpty();
        return new BasicConstraints(isAuthority, pathLength);
    }
}
