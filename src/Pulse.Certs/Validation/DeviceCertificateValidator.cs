using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Pulse.Certs;

/// <summary>
/// Judges the certificate a device presents, offline: against the configured issuers, the clock and their revocation views. Safe for
/// use by many threads.
/// </summary>
/// <remarks>
/// The work for a certificate is bounded: at most 16 KiB and 32 extensions are read, and one signature is verified, last. A device's
/// certificate is issued by a configured issuer directly, so there is no path to build and nothing a peer sends besides is looked at;
/// where that does not hold, use <see cref="CertificatePathValidator"/>.
/// </remarks>
public sealed class DeviceCertificateValidator : IDisposable
{
    private static readonly HashSet<string> Understood =
    [
        Oids.BasicConstraints, Oids.KeyUsage, Oids.ExtendedKeyUsage, Oids.SubjectAlternativeName, Oids.SubjectKeyIdentifier,
        Oids.AuthorityKeyIdentifier,
    ];

    private readonly DeviceIssuer[] _issuers;
    private readonly TimeProvider _time;

    /// <summary>Makes a validator for one issuer; <c>AddPulseCerts</c> registers the one of the configured signer.</summary>
    /// <param name="issuerCertificateDer">The issuer's certificate, trusted as it is.</param>
    /// <param name="revocations">The revoked serial numbers of that issuer.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">The certificate cannot be an issuer's.</exception>
    public DeviceCertificateValidator(ReadOnlyMemory<byte> issuerCertificateDer, IRevocationView revocations, TimeProvider time)
        : this([new DeviceIssuer(issuerCertificateDer, revocations)], time)
    {
    }

    /// <summary>Makes a validator for several issuers, as in a rollover.</summary>
    /// <param name="issuers">The issuers; each certificate belongs to the one whose name and key identifier it gives.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">There is no issuer.</exception>
    public DeviceCertificateValidator(IEnumerable<DeviceIssuer> issuers, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(issuers);
        ArgumentNullException.ThrowIfNull(time);
        _issuers = [.. issuers];
        _time = time;
        if (_issuers.Length == 0)
        {
            throw new ArgumentException("There is no issuer: name at least the active one.", nameof(issuers));
        }
    }

    /// <summary>Judges a certificate. Never throws for what the peer sent.</summary>
    /// <param name="leafDer">The certificate that the peer proved to hold the key of.</param>
    /// <param name="presented">What else the peer sent; ignored, because the issuers are configured and issue leaves directly.</param>
    /// <returns>The device, or the first reason against it.</returns>
    public DeviceCertificateVerdict Validate(ReadOnlyMemory<byte> leafDer, IReadOnlyList<ReadOnlyMemory<byte>> presented)
    {
        ArgumentNullException.ThrowIfNull(presented);
        try
        {
            return Judge(ParsedCertificate.Read(leafDer));
        }
        catch (AsnContentException)
        {
            return DeviceCertificateVerdict.Refused(CertificateRefusal.Malformed);
        }
    }

    /// <summary>Forgets the issuers' key objects.</summary>
    public void Dispose()
    {
        foreach (var issuer in _issuers)
        {
            issuer.Certificate.Dispose();
        }
    }

    private DeviceCertificateVerdict Judge(ParsedCertificate leaf)
    {
        var issuer = FindIssuer(leaf);
        if (issuer is null)
        {
            return DeviceCertificateVerdict.Refused(CertificateRefusal.IssuerUnknown);
        }

        var refusal = CheckIssuer(leaf, issuer.Certificate);
        refusal = refusal == CertificateRefusal.None ? CertificateRules.CheckTime(leaf, _time.GetUtcNow()) : refusal;
        refusal = refusal == CertificateRefusal.None ? CheckExtensions(leaf) : refusal;
        if (refusal != CertificateRefusal.None)
        {
            return DeviceCertificateVerdict.Refused(refusal);
        }

        if (!TryReadIdentity(leaf, out var device))
        {
            return DeviceCertificateVerdict.Refused(CertificateRefusal.IdentityInvalid);
        }

        if (DistinguishedName.ReadCommonName(leaf.Subject) != device.CommonName)
        {
            return DeviceCertificateVerdict.Refused(CertificateRefusal.CommonNameMismatch);
        }

        if (!issuer.Certificate.Verify(leaf.ToBeSigned.Span, leaf.Signature))
        {
            return DeviceCertificateVerdict.Refused(CertificateRefusal.SignatureInvalid);
        }

        refusal = CheckRevocation(leaf.SerialNumber, issuer.Revocations);
        return refusal == CertificateRefusal.None
            ? DeviceCertificateVerdict.Valid(device, leaf.SerialNumber, leaf.NotAfter)
            : DeviceCertificateVerdict.Refused(refusal);
    }

    /// <summary>The issuer whose name and key identifier the certificate gives: two issuers of one name differ in their keys.</summary>
    private DeviceIssuer? FindIssuer(ParsedCertificate leaf)
    {
        var authority = leaf.Read(Oids.AuthorityKeyIdentifier, KeyIdentifier.ReadAuthority, []);
        foreach (var issuer in _issuers)
        {
            var isNamed = leaf.Issuer.Span.SequenceEqual(issuer.Certificate.Subject.Span);
            if (isNamed && authority.AsSpan().SequenceEqual(issuer.Certificate.SubjectKeyIdentifier))
            {
                return issuer;
            }
        }

        return null;
    }

    private CertificateRefusal CheckIssuer(ParsedCertificate leaf, IssuerCertificate issuer)
    {
        if (!leaf.Algorithm.Span.SequenceEqual(issuer.Algorithm.Identifier.Span))
        {
            return CertificateRefusal.AlgorithmNotAllowed;
        }

        return issuer.IsValidAt(_time.GetUtcNow()) ? CertificateRefusal.None : CertificateRefusal.IssuerNotValid;
    }

    private static CertificateRefusal CheckExtensions(ParsedCertificate leaf)
    {
        if (CertificateRules.HasUnknownCritical(leaf, Understood))
        {
            return CertificateRefusal.CriticalExtensionUnknown;
        }

        var basic = leaf.Find(Oids.BasicConstraints);
        if (basic is null || BasicConstraints.Read(basic.Value.Value) != default)
        {
            return CertificateRefusal.BasicConstraintsInvalid;
        }

        var usage = leaf.Find(Oids.KeyUsage);
        var flags = usage is null ? X509KeyUsageFlags.None : KeyUsages.Read(usage.Value.Value);
        if (!CertificateRules.IsDeviceUsage(flags))
        {
            return CertificateRefusal.KeyUsageInvalid;
        }

        var purposes = leaf.Find(Oids.ExtendedKeyUsage);
        return purposes is not null && KeyUsages.ReadExtended(purposes.Value.Value).Contains(Oids.ClientAuthentication)
            ? CertificateRefusal.None
            : CertificateRefusal.PurposeInvalid;
    }

    private static bool TryReadIdentity(ParsedCertificate leaf, out DeviceSubject device)
    {
        device = default;
        var names = leaf.Find(Oids.SubjectAlternativeName);
        return names is not null
            && DeviceSubject.TryParseSubjectAlternativeName(AlternativeNames.ReadOurUrn(names.Value.Value), out device);
    }

    private static CertificateRefusal CheckRevocation(string serialNumber, IRevocationView revocations)
    {
        if (revocations.IsRevoked(serialNumber))
        {
            return CertificateRefusal.Revoked;
        }

        return revocations.IsFresh ? CertificateRefusal.None : CertificateRefusal.RevocationUnknown;
    }
}
