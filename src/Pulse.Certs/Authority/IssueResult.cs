namespace Pulse.Certs;

/// <summary>A certificate, or the reason there is none.</summary>
public sealed class IssueResult
{
    private IssueResult(IssueRefusal refusal, IssuedCertificate? certificate)
    {
        Refusal = refusal;
        Certificate = certificate;
    }

    /// <summary>Whether a certificate was issued and is stored.</summary>
    public bool Succeeded => Certificate is not null;

    /// <summary>Why not; <see cref="IssueRefusal.None"/> on success.</summary>
    public IssueRefusal Refusal { get; }

    /// <summary>The certificate; null when refused.</summary>
    public IssuedCertificate? Certificate { get; }

    internal static IssueResult Issued(IssuedCertificate certificate) => new(IssueRefusal.None, certificate);

    internal static IssueResult Refused(IssueRefusal refusal) => new(refusal, certificate: null);
}
