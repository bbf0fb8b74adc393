namespace Pulse.Certs.Tests;

/// <summary>DER has one text for each value: an element more at the end of any structure is refused, however deep it lies.</summary>
public class TrailingElementTests
{
    private static readonly byte[] Null = [5, 0];

    // An otherName is anybody's and matches nothing; names that are asked for are left to the registry.
    private static readonly Dictionary<string, string[]> NotRead = new()
    {
        ["cert-names.der"] = ["/0/7/0/4/1/0/6", "/0/7/0/4/1/0/6/1"],
        ["csr-wishes.der"] = ["/0/3/1/1/0/1/1", "/0/3/1/1/0/1/1/0"],
    };

    public static TheoryData<string> Seeds => [.. SeedCorpus.Names];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void An_element_more_at_the_end_of_any_structure_is_refused(string name)
    {
        var seed = SeedCorpus.Read(name);
        Assert.True(IsRead(name, seed));

        var accepted = Extend(seed, string.Empty).Where(variant => IsRead(name, variant.Der)).Select(variant => variant.Path).ToList();

        Assert.Equal(NotRead.GetValueOrDefault(name, []), accepted);
    }

    private static bool IsRead(string name, byte[] der)
    {
        switch (name[..3])
        {
            case "crl":
                return CertificateRevocationList.TryRead(der, out _);
            case "csr":
                // What is changed is no longer what was signed, and only that is left to be found.
                return CertificateRequestReader.Read(der, 16 * 1024, out _) is IssueRefusal.None or IssueRefusal.ProofOfPossessionFailed;
            default:
                return PathCertificate.TryRead(der) is { } certificate && HasKey(certificate);
        }
    }

    private static bool HasKey(PathCertificate certificate)
    {
        try
        {
            var fault = PublicKey.TryRead(certificate.Parsed.SubjectPublicKeyInfo, out var key);
            key?.Dispose();
            return fault == PublicKeyFault.None;
        }
        catch (System.Formats.Asn1.AsnContentException)
        {
            return false;
        }
    }

    private static IEnumerable<(string Path, byte[] Der)> Extend(byte[] element, string path)
    {
        var content = ContentOf(element);

        // An RSA key is a structure within whole octets of a BIT STRING; so is the signature, which is verified instead of read.
        byte[] lead = element[0] == 3 && path != "/2" && content is [0, 0x30, ..] ? [0] : [];
        var isBox = (element[0] & 0x20) != 0 || element[0] == 4 || lead.Length > 0;
        var children = isBox ? Split(content[lead.Length..]) : null;
        if (children is null)
        {
            yield break;
        }

        yield return (path, CsrBuilder.Element(element[0], content, Null));
        for (var i = 0; i < children.Count; i++)
        {
            foreach (var (place, changed) in Extend(children[i], $"{path}/{i}"))
            {
                yield return (place, CsrBuilder.Element(element[0], [lead, .. children[..i], changed, .. children[(i + 1)..]]));
            }
        }
    }

    private static byte[] ContentOf(byte[] element) => element[1] < 0x80 ? element[2..] : element[(2 + (element[1] & 0x7F))..];

    /// <summary>The elements in a row; null when it is none.</summary>
    private static List<byte[]>? Split(byte[] content)
    {
        List<byte[]> elements = [];
        while (content.Length > 0)
        {
            if (!System.Formats.Asn1.AsnDecoder.TryReadEncodedValue(
                content, System.Formats.Asn1.AsnEncodingRules.DER, out _, out _, out _, out var length))
            {
                return null;
            }

            elements.Add(content[..length]);
            content = content[length..];
        }

        return elements;
    }
}
