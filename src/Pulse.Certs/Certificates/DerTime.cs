using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>The times of RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050, whole seconds, Z.</summary>
internal static class DerTime
{
    private const int FirstGeneralizedYear = 2050;

    /// <summary>YYYYMMDDHHMMSSZ.</summary>
    private const int GeneralizedLength = 15;

    public static void Write(AsnWriter writer, DateTimeOffset value)
    {
        var utc = value.ToUniversalTime();
        if (utc.Year < FirstGeneralizedYear)
        {
            writer.WriteUtcTime(utc, FirstGeneralizedYear - 1);
        }
        else
        {
            writer.WriteGeneralizedTime(utc, omitFractionalSeconds: true);
        }
    }

    /// <exception cref="AsnContentException">Not DER, or the wrong one of the two forms.</exception>
    public static DateTimeOffset Read(AsnReader reader)
    {
        var time = Read(reader.PeekEncodedValue().Span, out _);
        reader.ReadEncodedValue();
        return time;
    }

    /// <exception cref="AsnContentException">Not DER, or the wrong one of the two forms.</exception>
    public static DateTimeOffset Read(ReadOnlySpan<byte> encoded, out int bytesConsumed)
    {
        if (Asn1Tag.Decode(encoded, out _).HasSameClassAndValue(Asn1Tag.UtcTime))
        {
            return AsnDecoder.ReadUtcTime(encoded, AsnEncodingRules.DER, out bytesConsumed, FirstGeneralizedYear - 1);
        }

        var time = AsnDecoder.ReadGeneralizedTime(encoded, AsnEncodingRules.DER, out bytesConsumed);
        if (bytesConsumed != GeneralizedLength + 2)
        {
            throw new AsnContentException("A time is whole seconds.");
        }

        return time.Year >= FirstGeneralizedYear
            ? time
            : throw new AsnContentException("A time before 2050 is a UTCTime.");
    }

    /// <summary>Cuts to the whole second that a certificate can hold.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset value) => DateTimeOffset.FromUnixTimeSeconds(value.ToUnixTimeSeconds());
}
