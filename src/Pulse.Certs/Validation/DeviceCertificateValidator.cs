using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Pulse.Certs;

/// <summary>
/// Judges the certificate a device presents, offline: against the one configured issuer, the clock and the revocation view. Safe
/// for use by many threads.
/// </summary>
/// <remarks>
/// The work for a certificate is bounded: at most 16 KiB and 32 extensions are read, and one signature is verified, last.
/// </remarks>
public sealed class DeviceCertificateValidator : IDisposable
{
    private const X509KeyUsageFlags AuthorityUsages = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign;

    private static readonly HashSet<string> Understood =
    [
        Oids.BasicConstraints, Oids.KeyUsage, Oids.ExtendedKeyUsage, Oids.SubjectAlternativeName, Oids.SubjectKeyIdentifier,
        Oids.AuthorityKeyIdentifier,
    ];

    private readonly IssuerCertificate _issuer;
    private readonly IRevocationView _revocations;
    private readonly TimeProvider _time;

    /// <summary>Makes a validator for one issuer; <c>AddPulseCerts</c> registers the one of the configured signer.</summary>
    /// <param name="issuerCertificateDer">The issuer's certificate, trusted as it is.</param>
    /// <param name="revocations">The revoked serial numbers of that issuer.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">The certificate cannot be an issuer's.</exception>
    public DeviceCertificateValidator(ReadOnlyMemory<byte> issuerCertificateDer, IRevocationView revocations, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(revocations);
        ArgumentNullException.ThrowIfNull(time);
        _issuer = IssuerCertificate.Read(issuerCertificateDer);
        _revocations = revocations;
        _time = time;
    }

    /// <summary>Judges a certificate. Never throws for what the peer sent.</summary>
    /// <param name="leafDer">The certificate that the peer proved to hold the key of.</param>
    /// <param name="presented">What else the peer sent; ignored, because the issuer is configured and issues leaves directly.</param>
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

    /// <summary>Forgets the issuer's key objects.</summary>
    public void Dispose() => _issuer.Dispose();

    private DeviceCertificateVerdict Judge(ParsedCertificate leaf)
    {
        var refusal = CheckIssuer(leaf);
        refusal = refusal == CertificateRefusal.None ? CheckTime(leaf) : refusal;
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

        if (!_issuer.Verify(leaf.ToBeSigned.Span, leaf.Signature))
        {
            return DeviceCertificateVerdict.Refused(CertificateRefusal.SignatureInvalid);
        }

        refusal = CheckRevocation(leaf.SerialNumber);
        return refusal == CertificateRefusal.None
            ? DeviceCertificateVerdict.Valid(device, leaf.SerialNumber, leaf.NotAfter)
            : DeviceCertificateVerdict.Refused(refusal);
    }

    private CertificateRefusal CheckIssuer(ParsedCertificate leaf)
    {
        if (!leaf.Issuer.Span.SequenceEqual(_issuer.Subject.Span))
        {
            return CertificateRefusal.IssuerUnknown;
        }

        var authority = leaf.Find(Oids.AuthorityKeyIdentifier);
        if (authority is null || !KeyIdentifier.ReadAuthority(authority.Value.Value).AsSpan().SequenceEqual(_issuer.SubjectKeyIdentifier))
        {
            return CertificateRefusal.IssuerUnknown;
        }

        return leaf.Algorithm.Span.SequenceEqual(_issuer.Algorithm.Identifier.Span)
            ? CertificateRefusal.None
            : CertificateRefusal.AlgorithmNotAllowed;
    }

    private CertificateRefusal CheckTime(ParsedCertificate leaf)
    {
        var now = _time.GetUtcNow();
        if (!_issuer.IsValidAt(now))
        {
            return CertificateRefusal.IssuerNotValid;
        }

        if (now < leaf.NotBefore)
        {
            return CertificateRefusal.NotYetValid;
        }

        return now > leaf.NotAfter ? CertificateRefusal.Expired : CertificateRefusal.None;
    }

    private static CertificateRefusal CheckExtensions(ParsedCertificate leaf)
    {
        foreach (var extension in leaf.Extensions)
        {
            if (extension.Critical && !Understood.Contains(extension.Oid))
            {
                return CertificateRefusal.CriticalExtensionUnknown;
            }
        }

        var basic = leaf.Find(Oids.BasicConstraints);
        if (basic is null || BasicConstraints.Read(basic.Value.Value) != default)
        {
            return CertificateRefusal.BasicConstraintsInvalid;
        }

        var usage = leaf.Find(Oids.KeyUsage);
        var flags = usage is null ? X509KeyUsageFlags.None : KeyUsages.Read(usage.Value.Value);
        if ((flags & (X509KeyUsageFlags.DigitalSignature | AuthorityUsages)) != X509KeyUsageFlags.DigitalSignature)
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

    private CertificateRefusal CheckRevocation(string serialNumber)
    {
        if (_revocations.IsRevoked(serialNumber))
        {
            return CertificateRefusal.Revoked;
        }

        return _revocations.IsFresh ? CertificateRefusal.None : CertificateRefusal.RevocationUnknown;
    }
}
