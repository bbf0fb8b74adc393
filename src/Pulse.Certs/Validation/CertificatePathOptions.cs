namespace Pulse.Certs;

/// <summary>What a <see cref="CertificatePathValidator"/> accepts. It is read once, when the validator is made.</summary>
public sealed class CertificatePathOptions
{
    /// <summary>What the certificates are for. Default <see cref="CertificatePathPurpose.Client"/>.</summary>
    public CertificatePathPurpose Purpose { get; set; } = CertificatePathPurpose.Client;

    /// <summary>What must be known of revocation. Default <see cref="RevocationChecking.Require"/>.</summary>
    public RevocationChecking Revocation { get; set; } = RevocationChecking.Require;

    /// <summary>
    /// How long past its next update a CRL still counts. Default zero: none is believed longer than its issuer says. Up to 30 days.
    /// A CRL from the future never counts.
    /// </summary>
    public TimeSpan MaxCrlStaleness { get; set; } = TimeSpan.Zero;

    /// <summary>Issuers between the certificate and the trust anchor, self-issued ones not counted. Default 8; 0 to 16.</summary>
    public int MaxDepth { get; set; } = 8;

    /// <summary>Signatures verified for one question, those of CRLs included. Default 64; 1 to 1,024.</summary>
    public int MaxSignatureChecks { get; set; } = 64;

    /// <summary>The policies wanted, as dotted object identifiers (user-initial-policy-set, RFC 5280 §6.1.1). Default empty: any policy.</summary>
    public IList<string> Policies { get; } = [];

    /// <summary>Whether a policy must be valid along the whole path (initial-explicit-policy). Default false.</summary>
    public bool RequireExplicitPolicy { get; set; }

    /// <summary>Whether anyPolicy counts for nothing (initial-any-policy-inhibit). Default false.</summary>
    public bool InhibitAnyPolicy { get; set; }

    /// <summary>Whether policy mappings count for nothing (initial-policy-mapping-inhibit). Default false.</summary>
    public bool InhibitPolicyMapping { get; set; }

    /// <summary>The policies wanted; null for any.</summary>
    internal IReadOnlySet<string>? WantedPolicies { get; private set; }

    /// <summary>A copy that nobody changes.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal CertificatePathOptions Check()
    {
        CheckRange(nameof(MaxDepth), MaxDepth, 0, 16);
        CheckRange(nameof(MaxSignatureChecks), MaxSignatureChecks, 1, 1024);
        CheckRange(nameof(MaxCrlStaleness), MaxCrlStaleness, TimeSpan.Zero, TimeSpan.FromDays(30));
        CheckRange(nameof(Purpose), Purpose, CertificatePathPurpose.Client, CertificatePathPurpose.Any);
        CheckRange(nameof(Revocation), Revocation, RevocationChecking.Require, RevocationChecking.Off);
        var copy = (CertificatePathOptions)MemberwiseClone();
        var isAny = Policies.Count == 0 || Policies.Contains(Oids.AnyPolicy);
        copy.WantedPolicies = isAny ? null : new HashSet<string>(Policies, StringComparer.Ordinal);
        return copy;
    }

    /// <summary>The same for the certificate of a CRL's signer: it is used for nothing else, and no policy is asked of it.</summary>
    internal CertificatePathOptions ForCrlSigners() =>
        new() { Purpose = CertificatePathPurpose.Any, Revocation = Revocation, MaxCrlStaleness = MaxCrlStaleness, MaxDepth = MaxDepth };

    private static void CheckRange<T>(string name, T value, T least, T most)
        where T : IComparable
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            throw new ArgumentException($"{nameof(CertificatePathOptions)}.{name} is {value}; set it between {least} and {most}.");
        }
    }
}
