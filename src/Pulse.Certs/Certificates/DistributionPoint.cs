using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>Where and under whose name a certificate's revocation is published (RFC 5280 §4.2.1.13).</summary>
internal sealed class DistributionPoint
{
    private static readonly Asn1Tag NameTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag ReasonsTag = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag IssuerTag = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag FullNameTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);
    private static readonly Asn1Tag RelativeTag = new(TagClass.ContextSpecific, 1);

    /// <summary>Its names; empty when it has none or one relative to the CRL's issuer, which is not supported and so matches nothing.</summary>
    public IReadOnlyList<GeneralName> Names { get; private init; } = [];

    public bool HasName { get; private init; }

    public RevocationReasons Reasons { get; private init; } = RevocationReasons.All;

    /// <summary>Who signs the CRL when it is not the certificate's issuer; else empty.</summary>
    public IReadOnlyList<GeneralName> CrlIssuers { get; private init; } = [];

    /// <summary>What an issuing distribution point may call it: its names, or without one its CRL issuers' (RFC 5280 §6.3.3 (b)(2)(i)).</summary>
    public IReadOnlyList<GeneralName> AllNames => HasName ? Names : CrlIssuers;

    /// <summary>The point every certificate has without naming it: its issuer's own CRL for all reasons (RFC 5280 §6.3.3).</summary>
    public static DistributionPoint OfIssuer(ReadOnlyMemory<byte> issuer) =>
        new() { HasName = true, Names = [new GeneralName(GeneralNameForm.Directory, string.Empty, issuer)] };

    /// <summary>The extension's value with one point of one URL, for all reasons and signed by the certificate's issuer.</summary>
    public static byte[] Write(Uri url)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, 128);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence(NameTag))
        using (writer.PushSequence(FullNameTag))
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, url.AbsoluteUri, UriTag);
        }

        return writer.Encode();
    }

    /// <exception cref="AsnContentException">Not DER, empty, or a point that says nothing.</exception>
    public static IReadOnlyList<DistributionPoint> ReadAll(ReadOnlyMemory<byte> extension)
    {
        var outer = new AsnReader(extension, AsnEncodingRules.DER);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var points = new List<DistributionPoint>();
        do
        {
            points.Add(Read(sequence.ReadSequence()));
        }
        while (sequence.HasData);

        return points;
    }

    /// <summary>Reads <c>DistributionPointName ::= CHOICE { fullName [0], nameRelativeToCRLIssuer [1] }</c>.</summary>
    public static IReadOnlyList<GeneralName> ReadName(AsnReader choice)
    {
        IReadOnlyList<GeneralName> names = [];
        if (choice.PeekTag().HasSameClassAndValue(RelativeTag))
        {
            choice.ReadSetOf(RelativeTag);
        }
        else
        {
            names = GeneralName.ReadAll(choice.ReadSequence(FullNameTag));
        }

        choice.ThrowIfNotEmpty();
        return names;
    }

    private static DistributionPoint Read(AsnReader reader)
    {
        var hasName = IsNext(reader, NameTag);
        var names = hasName ? ReadName(reader.ReadSequence(NameTag)) : [];
        var reasons = IsNext(reader, ReasonsTag) ? RevocationReasonBits.Read(reader, ReasonsTag) : RevocationReasons.All;
        IReadOnlyList<GeneralName> issuers = IsNext(reader, IssuerTag) ? GeneralName.ReadAll(reader.ReadSequence(IssuerTag)) : [];
        reader.ThrowIfNotEmpty();
        if (!hasName && issuers.Count == 0)
        {
            throw new AsnContentException("A distribution point has a name or an issuer.");
        }

        return new DistributionPoint { HasName = hasName, Names = names, Reasons = reasons, CrlIssuers = issuers };
    }

    private static bool IsNext(AsnReader reader, Asn1Tag tag) => reader.HasData && reader.PeekTag().HasSameClassAndValue(tag);
}
