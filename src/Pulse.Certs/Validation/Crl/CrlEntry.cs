using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>One revoked certificate of a CRL (RFC 5280 §5.3).</summary>
internal readonly ref struct CrlEntry
{
    public const int RemoveFromCrl = 8;

    private const int MaxSerialLength = 20;

    /// <summary>The one extension most entries have, up to the reason itself.</summary>
    private static ReadOnlySpan<byte> ReasonAlone => [0x30, 0x0C, 0x30, 0x0A, 0x06, 0x03, 0x55, 0x1D, 0x15, 0x04, 0x03, 0x0A, 0x01];

    private CrlEntry(ReadOnlySpan<byte> serial, int length)
    {
        Serial = serial;
        Length = length;
    }

    /// <summary>The serial number without leading zero.</summary>
    public ReadOnlySpan<byte> Serial { get; }

    /// <summary>Octets of the whole entry.</summary>
    public int Length { get; }

    /// <summary>0 when it gives none.</summary>
    public int Reason { get; private init; }

    /// <summary>The issuer the entry and those after it are about; empty when it does not say.</summary>
    public ReadOnlyMemory<byte> Issuer { get; private init; }

    /// <exception cref="AsnContentException">Not an entry, or with a critical extension nobody here knows.</exception>
    public static CrlEntry Read(ReadOnlySpan<byte> encoded)
    {
        AsnDecoder.ReadSequence(encoded, AsnEncodingRules.DER, out var offset, out var length, out var consumed);
        var content = encoded.Slice(offset, length);
        var serial = ReadSerial(content, out var read);
        content = content[read..];
        DerTime.Read(content, out read);
        content = content[read..];
        if (content.IsEmpty)
        {
            return new CrlEntry(serial, consumed);
        }

        if (content.Length == ReasonAlone.Length + 1 && content.StartsWith(ReasonAlone))
        {
            return new CrlEntry(serial, consumed) { Reason = CheckReason(content[^1]) };
        }

        return ReadExtensions(new CrlEntry(serial, consumed), content.ToArray());
    }

    /// <summary>Numbers without leading zeros: the longer is the larger.</summary>
    public static int Compare(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        first.Length == second.Length ? first.SequenceCompareTo(second) : first.Length.CompareTo(second.Length);

    /// <summary>The serial number alone, of an entry that was read before.</summary>
    public static ReadOnlySpan<byte> SerialOf(ReadOnlySpan<byte> encoded)
    {
        AsnDecoder.ReadSequence(encoded, AsnEncodingRules.DER, out var offset, out var length, out _);
        return ReadSerial(encoded.Slice(offset, length), out _);
    }

    private static ReadOnlySpan<byte> ReadSerial(ReadOnlySpan<byte> content, out int read)
    {
        var serial = AsnDecoder.ReadIntegerBytes(content, AsnEncodingRules.DER, out read);
        if (serial.Length > MaxSerialLength || serial[0] >= 0x80)
        {
            throw new AsnContentException("A serial number is not negative and of at most 20 octets.");
        }

        return serial[0] == 0 ? serial[1..] : serial;
    }

    private static CrlEntry ReadExtensions(CrlEntry entry, byte[] encoded)
    {
        var reader = new AsnReader(encoded, AsnEncodingRules.DER);
        var (reason, issuer) = (0, ReadOnlyMemory<byte>.Empty);
        foreach (var extension in CertificateExtension.ReadAll(reader))
        {
            var value = new AsnReader(extension.Value, AsnEncodingRules.DER);
            switch (extension.Oid)
            {
                case Oids.CrlReason:
                    reason = ReadReason(value);
                    break;
                case Oids.InvalidityDate:
                    value.ReadGeneralizedTime();
                    break;
                case Oids.CertificateIssuer when extension.Critical:
                    issuer = ReadIssuer(value.ReadSequence());
                    break;
                case Oids.CertificateIssuer:
                    throw new AsnContentException("Who overlooks whose certificate is meant revokes another.");
                default:
                    RefuseCritical(extension);
                    continue;
            }

            value.ThrowIfNotEmpty();
        }

        reader.ThrowIfNotEmpty();
        return new CrlEntry(entry.Serial, entry.Length) { Reason = reason, Issuer = issuer };
    }

    private static int ReadReason(AsnReader value)
    {
        var octets = value.ReadEnumeratedBytes();
        return octets.Length == 1 ? CheckReason(octets.Span[0]) : throw new AsnContentException("There is no such reason.");
    }

    /// <summary>0 to 10 without 7, which is unused (RFC 5280 §5.3.1).</summary>
    private static int CheckReason(byte reason) =>
        reason is <= 10 and not 7 ? reason : throw new AsnContentException("There is no such reason.");

    private static ReadOnlyMemory<byte> ReadIssuer(AsnReader names)
    {
        foreach (var name in GeneralName.ReadAll(names))
        {
            if (name.Form == GeneralNameForm.Directory)
            {
                return name.Value;
            }
        }

        throw new AsnContentException("An issuer has a distinguished name.");
    }

    private static void RefuseCritical(CertificateExtension extension)
    {
        if (extension.Critical)
        {
            throw new AsnContentException("An entry holds a critical extension that is not known.");
        }
    }
}
