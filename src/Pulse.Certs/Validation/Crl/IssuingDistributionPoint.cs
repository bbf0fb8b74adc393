using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>Which certificates and reasons a CRL speaks for (RFC 5280 §5.2.5).</summary>
internal sealed class IssuingDistributionPoint
{
    private static readonly Asn1Tag NameTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag ReasonsTag = new(TagClass.ContextSpecific, 3);

    /// <summary>What a CRL without the extension speaks for: everything its issuer issued.</summary>
    public static readonly IssuingDistributionPoint None = new();

    public bool HasName { get; private init; }

    public IReadOnlyList<GeneralName> Names { get; private init; } = [];

    public bool OnlyUsers { get; private init; }

    public bool OnlyAuthorities { get; private init; }

    public bool OnlyAttributes { get; private init; }

    public bool IsIndirect { get; private init; }

    public RevocationReasons Reasons { get; private init; } = RevocationReasons.All;

    /// <summary>Two CRLs are of one scope when these bytes are the same; empty without the extension.</summary>
    public ReadOnlyMemory<byte> Encoded { get; private init; }

    /// <exception cref="AsnContentException">Not DER, empty, or contradicting itself.</exception>
    public static IssuingDistributionPoint Read(ReadOnlyMemory<byte> extension)
    {
        var outer = new AsnReader(extension, AsnEncodingRules.DER);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        if (!sequence.HasData)
        {
            throw new AsnContentException("An issuing distribution point says something.");
        }

        var hasName = IsNext(sequence, NameTag);
        var names = hasName ? DistributionPoint.ReadName(sequence.ReadSequence(NameTag)) : [];
        var onlyUsers = ReadFlag(sequence, 1);
        var onlyAuthorities = ReadFlag(sequence, 2);
        var reasons = IsNext(sequence, ReasonsTag) ? RevocationReasonBits.Read(sequence, ReasonsTag) : RevocationReasons.All;
        var isIndirect = ReadFlag(sequence, 4);
        var onlyAttributes = ReadFlag(sequence, 5);
        sequence.ThrowIfNotEmpty();
        if ((onlyUsers ? 1 : 0) + (onlyAuthorities ? 1 : 0) + (onlyAttributes ? 1 : 0) > 1)
        {
            throw new AsnContentException("A CRL is for one kind of certificate, or for all.");
        }

        return new IssuingDistributionPoint
        {
            HasName = hasName,
            Names = names,
            OnlyUsers = onlyUsers,
            OnlyAuthorities = onlyAuthorities,
            OnlyAttributes = onlyAttributes,
            IsIndirect = isIndirect,
            Reasons = reasons,
            Encoded = extension,
        };
    }

    /// <summary>Whether certificates of this kind are in scope.</summary>
    public bool Covers(PathCertificate certificate)
    {
        if (OnlyAttributes)
        {
            return false;
        }

        return certificate.IsAuthority ? !OnlyUsers : !OnlyAuthorities;
    }

    private static bool ReadFlag(AsnReader sequence, int number)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, number);
        if (!IsNext(sequence, tag))
        {
            return false;
        }

        return sequence.ReadBoolean(tag) ? true : throw new AsnContentException("DER leaves out a value equal to its default.");
    }

    private static bool IsNext(AsnReader reader, Asn1Tag tag) => reader.HasData && reader.PeekTag().HasSameClassAndValue(tag);
}
