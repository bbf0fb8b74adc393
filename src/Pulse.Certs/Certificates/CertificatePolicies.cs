using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>The four extensions about certificate policies (RFC 5280 §4.2.1.4, §4.2.1.5, §4.2.1.11, §4.2.1.14).</summary>
internal sealed class CertificatePolicies
{
    /// <summary>More than any honest certificate asserts or maps; bounds the work for a hostile one.</summary>
    private const int MaxPolicies = 64;

    private static readonly Asn1Tag RequireExplicitTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag InhibitMappingTag = new(TagClass.ContextSpecific, 1);

    /// <summary>The policies asserted; null without the extension.</summary>
    public IReadOnlyList<string>? Asserted { get; private init; }

    /// <summary>By the issuer's policy, the subject's policies it counts as.</summary>
    public IReadOnlyDictionary<string, HashSet<string>> Mappings { get; private init; } = new Dictionary<string, HashSet<string>>();

    /// <summary>requireExplicitPolicy: certificates until a policy is needed.</summary>
    public int? RequireExplicit { get; private init; }

    /// <summary>inhibitPolicyMapping: certificates until mappings count no more.</summary>
    public int? InhibitMapping { get; private init; }

    /// <summary>inhibitAnyPolicy: certificates until anyPolicy counts no more.</summary>
    public int? InhibitAny { get; private init; }

    /// <exception cref="AsnContentException">One of the extensions is not what it must be.</exception>
    public static CertificatePolicies Read(ParsedCertificate certificate)
    {
        var (requireExplicit, inhibitMapping) = certificate.Read(Oids.PolicyConstraints, ReadConstraints, default);
        return new CertificatePolicies
        {
            Asserted = certificate.Read(Oids.CertificatePolicies, ReadPolicies, null),
            Mappings = certificate.Read(Oids.PolicyMappings, ReadMappings, []),
            RequireExplicit = requireExplicit,
            InhibitMapping = inhibitMapping,
            InhibitAny = certificate.Read<int?>(Oids.InhibitAnyPolicy, static value => ReadCount(value), null),
        };
    }

    private static List<string> ReadPolicies(ReadOnlyMemory<byte> value)
    {
        var sequence = Open(value);
        var policies = new List<string>();
        do
        {
            var information = sequence.ReadSequence();
            var policy = information.ReadObjectIdentifier();
            if (information.HasData)
            {
                ReadQualifiers(information.ReadSequence());
            }

            information.ThrowIfNotEmpty();
            if (policies.Count == MaxPolicies || policies.Contains(policy))
            {
                throw new AsnContentException("The policies are too many or repeat one.");
            }

            policies.Add(policy);
        }
        while (sequence.HasData);

        return policies;
    }

    private static void ReadQualifiers(AsnReader qualifiers)
    {
        do
        {
            var qualifier = qualifiers.ReadSequence();
            qualifier.ReadObjectIdentifier();
            qualifier.ReadEncodedValue();
            qualifier.ThrowIfNotEmpty();
        }
        while (qualifiers.HasData);
    }

    private static Dictionary<string, HashSet<string>> ReadMappings(ReadOnlyMemory<byte> value)
    {
        var sequence = Open(value);
        var mappings = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var count = 0;
        do
        {
            var mapping = sequence.ReadSequence();
            var issuers = mapping.ReadObjectIdentifier();
            var subjects = mapping.ReadObjectIdentifier();
            mapping.ThrowIfNotEmpty();
            if (++count > MaxPolicies || issuers == Oids.AnyPolicy || subjects == Oids.AnyPolicy)
            {
                throw new AsnContentException("The mappings are too many or map anyPolicy.");
            }

            if (!mappings.TryGetValue(issuers, out var mapped))
            {
                mappings[issuers] = mapped = new HashSet<string>(StringComparer.Ordinal);
            }

            mapped.Add(subjects);
        }
        while (sequence.HasData);

        return mappings;
    }

    private static (int? RequireExplicit, int? InhibitMapping) ReadConstraints(ReadOnlyMemory<byte> value)
    {
        var sequence = Open(value);
        int? requireExplicit = IsNext(sequence, RequireExplicitTag) ? SmallInteger.Read(sequence, RequireExplicitTag) : null;
        int? inhibitMapping = IsNext(sequence, InhibitMappingTag) ? SmallInteger.Read(sequence, InhibitMappingTag) : null;
        sequence.ThrowIfNotEmpty();
        return requireExplicit is null && inhibitMapping is null
            ? throw new AsnContentException("Policy constraints constrain something.")
            : (requireExplicit, inhibitMapping);
    }

    private static int ReadCount(ReadOnlyMemory<byte> value)
    {
        var reader = new AsnReader(value, AsnEncodingRules.DER);
        var count = SmallInteger.Read(reader);
        reader.ThrowIfNotEmpty();
        return count;
    }

    private static AsnReader Open(ReadOnlyMemory<byte> value)
    {
        var outer = new AsnReader(value, AsnEncodingRules.DER);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        return sequence;
    }

    private static bool IsNext(AsnReader reader, Asn1Tag tag) => reader.HasData && reader.PeekTag().HasSameClassAndValue(tag);
}
