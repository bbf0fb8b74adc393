using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>The name constraints extension (RFC 5280 §4.2.1.10), each constraint checked for its form.</summary>
internal sealed class NameConstraints
{
    private static readonly Asn1Tag PermittedTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag ExcludedTag = new(TagClass.ContextSpecific, 1);

    public IReadOnlyList<NameConstraint> Permitted { get; private init; } = [];

    public IReadOnlyList<NameConstraint> Excluded { get; private init; } = [];

    /// <exception cref="AsnContentException">Not DER, empty, or a constraint that is not written as its form asks.</exception>
    public static NameConstraints Read(ReadOnlyMemory<byte> value)
    {
        var outer = new AsnReader(value, AsnEncodingRules.DER);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var constraints = new NameConstraints { Permitted = ReadSubtrees(sequence, PermittedTag), Excluded = ReadSubtrees(sequence, ExcludedTag) };
        sequence.ThrowIfNotEmpty();
        return constraints.Permitted.Count + constraints.Excluded.Count > 0
            ? constraints
            : throw new AsnContentException("Name constraints constrain something.");
    }

    private static List<NameConstraint> ReadSubtrees(AsnReader parent, Asn1Tag tag)
    {
        var subtrees = new List<NameConstraint>();
        if (!parent.HasData || !parent.PeekTag().HasSameClassAndValue(tag))
        {
            return subtrees;
        }

        var sequence = parent.ReadSequence(tag);
        do
        {
            // minimum is 0, which DER leaves out, and maximum is absent (RFC 5280 §4.2.1.10).
            var subtree = sequence.ReadSequence();
            subtrees.Add(NameConstraint.Create(GeneralName.Read(subtree)));
            subtree.ThrowIfNotEmpty();
        }
        while (sequence.HasData);

        return subtrees;
    }
}
