namespace Pulse.Certs;

/// <summary>A name a certificate is issued to, taken apart once for all constraints it is held against.</summary>
internal sealed class SubjectName
{
    private SubjectName(GeneralNameForm form) => Form = form;

    public GeneralNameForm Form { get; }

    /// <summary>A host name or mailbox; else empty.</summary>
    public string Text { get; private init; } = string.Empty;

    /// <summary>The host of a URI; else empty.</summary>
    public string Host { get; private init; } = string.Empty;

    /// <summary>The octets of an address; else empty.</summary>
    public ReadOnlyMemory<byte> Value { get; private init; }

    public IReadOnlyList<string> Directory { get; private init; } = [];

    /// <summary>The subject, its e-mail addresses and the alternative names: what RFC 5280 §4.2.1.10 constrains.</summary>
    public static IReadOnlyList<SubjectName> Of(PathCertificate certificate)
    {
        var names = new List<SubjectName>();
        if (!certificate.HasEmptySubject)
        {
            names.Add(new SubjectName(GeneralNameForm.Directory) { Directory = DistinguishedName.Read(certificate.Parsed.Subject) });
        }

        foreach (var address in DistinguishedName.ReadEmailAddresses(certificate.Parsed.Subject))
        {
            names.Add(new SubjectName(GeneralNameForm.Email) { Text = address });
        }

        foreach (var name in certificate.AlternativeNames)
        {
            names.Add(new SubjectName(name.Form)
            {
                Text = name.Text,
                Value = name.Value,
                Host = name.Form == GeneralNameForm.Uri ? NameSyntax.HostOf(name.Text) : string.Empty,
                Directory = name.Form == GeneralNameForm.Directory ? DistinguishedName.Read(name.Value) : [],
            });
        }

        return names;
    }

    /// <summary>Whether the name has what a constraint of its form is about: a URI without a host name has not.</summary>
    public bool CanBeJudged => Form switch
    {
        GeneralNameForm.Uri => Host.Length > 0,
        GeneralNameForm.Email => NameSyntax.SplitMailbox(Text) > 0,
        _ => NameConstraint.IsSupported(Form),
    };
}
