using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pulse.Certs;

/// <summary>The order of an issue: request, key, template, signature, store, view, events.</summary>
internal sealed class CertificateIssuer(
    ICaSigner signer,
    IssuerCertificate issuer,
    CertificateIssuers issuers,
    BlockedKeys blocked,
    ICertificateStore store,
    CertificateRevoker revoker,
    CertificateEventDispatcher events,
    IOptions<PulseCertsOptions> options,
    TimeProvider time,
    CertsMetrics metrics,
    ILogger<CertificateIssuer> logger)
{
    private readonly PulseCertsOptions _options = options.Value;

    /// <summary>Issues for a request; with <paramref name="rotation"/> in the place of a current certificate.</summary>
    public async ValueTask<IssueResult> IssueAsync(
        CertificateProfile profile, ReadOnlyMemory<byte> csrDer, RotationTerms? rotation, CancellationToken cancellationToken)
    {
        // The caller keeps its buffer; what is checked here must be what is signed below.
        var refusal = CertificateRequestReader.Read(
            csrDer.Length > _options.MaxCsrBytes ? csrDer : csrDer.ToArray(), _options.MaxCsrBytes, out var keyInfo);
        return refusal == IssueRefusal.None
            ? await IssueForKeyAsync(profile, keyInfo, rotation, cancellationToken).ConfigureAwait(false)
            : Refuse(profile, refusal);
    }

    /// <summary>Issues for a key made here, which only the answer holds.</summary>
    public async ValueTask<KeyedIssueResult> IssueWithNewKeyAsync(
        CertificateProfile profile, RotationTerms? rotation, CancellationToken cancellationToken)
    {
        using var key = new DeviceKey();
        var result = await IssueForKeyAsync(profile, key.SubjectPublicKeyInfo, rotation, cancellationToken).ConfigureAwait(false);
        return new KeyedIssueResult(result, result.Succeeded ? key.ExportPem() : null);
    }

    public IssueResult Refuse(CertificateProfile profile, IssueRefusal refusal)
    {
        metrics.Refused(profile.Purpose, refusal);
        Log.Refused(logger, profile.CommonName ?? string.Empty, refusal);
        return IssueResult.Refused(refusal);
    }

    private async ValueTask<IssueResult> IssueForKeyAsync(
        CertificateProfile profile, ReadOnlyMemory<byte> keyInfo, RotationTerms? rotation, CancellationToken cancellationToken)
    {
        if (issuers.HaveKey(keyInfo))
        {
            return Refuse(profile, IssueRefusal.KeyOfIssuer);
        }

        if (blocked.Contains(keyInfo.Span))
        {
            return Refuse(profile, IssueRefusal.KeyBlocked);
        }

        var now = time.GetUtcNow();
        if (!issuer.IsValidAt(now))
        {
            return Refuse(profile, IssueRefusal.IssuerNotValid);
        }

        var conditions = new AddConditions { MaxActive = profile.MaxActive, Rotation = rotation };
        var (result, certificate) = await SignAndAddAsync(profile, keyInfo, now, conditions, cancellationToken).ConfigureAwait(false);

        // Chance gives the same number twice never; a broken generator would, and is told apart by a second try.
        if (result.Outcome == AddOutcome.SerialTaken)
        {
            (result, certificate) = await SignAndAddAsync(profile, keyInfo, now, conditions, cancellationToken).ConfigureAwait(false);
        }

        return result.Outcome switch
        {
            AddOutcome.Added => await TellAsync(profile, new IssuedCertificate(certificate), rotation, result).ConfigureAwait(false),
            AddOutcome.AlreadyRotated => IssueResult.Issued(new IssuedCertificate(result.Existing!)),
            AddOutcome.KeyOfOtherDevice => Refuse(profile, IssueRefusal.KeyOfOtherDevice),
            AddOutcome.KeyCompromised => Refuse(profile, IssueRefusal.KeyCompromised),
            AddOutcome.CurrentNotFound => Refuse(profile, IssueRefusal.CurrentNotFound),
            AddOutcome.CurrentRevoked => Refuse(profile, IssueRefusal.CurrentRevoked),
            AddOutcome.CurrentHeld => Refuse(profile, IssueRefusal.CurrentHeld),
            AddOutcome.CurrentExpired => Refuse(profile, IssueRefusal.CurrentExpired),
            AddOutcome.TooManyActive => Refuse(profile, IssueRefusal.TooManyActive),
            _ => throw new CryptographicException("Two random serial numbers in a row were taken: the random number generator is broken."),
        };
    }

    private async ValueTask<(AddResult Result, CertificateRecord Certificate)> SignAndAddAsync(
        CertificateProfile profile, ReadOnlyMemory<byte> keyInfo, DateTimeOffset now, AddConditions conditions, CancellationToken cancellationToken)
    {
        var serialNumber = SerialNumber.Create();
        var start = DerTime.Truncate(now) - _options.Backdate;
        var end = DerTime.Truncate(now) + profile.Lifetime;
        var template = new CertificateTemplate
        {
            SerialNumber = serialNumber,
            Issuer = issuer,
            NotBefore = start > issuer.NotBefore ? start : issuer.NotBefore,
            NotAfter = end < issuer.NotAfter ? end : issuer.NotAfter,
            CommonName = profile.CommonName,
            AlternativeNames = profile.AlternativeNames,
            SubjectPublicKeyInfo = keyInfo,
            Purpose = profile.ExtendedKeyUsage,
            CrlUrl = _options.CrlUrl,
        };

        var toBeSigned = template.Write();
        var signature = await signer.SignAsync(toBeSigned, cancellationToken).ConfigureAwait(false);
        if (!issuer.Verify(toBeSigned, signature))
        {
            throw new CryptographicException(
                "The signer's signature does not verify under its certificate. ECDSA signatures must be DER (RFC 3279), not IEEE P1363.");
        }

        var der = CertificateTemplate.Seal(toBeSigned, issuer.Algorithm, signature);
        var certificate = new CertificateRecord
        {
            IssuerId = issuer.Id,
            SerialNumber = Convert.ToHexStringLower(serialNumber),
            Purpose = profile.Purpose,
            Device = profile.Device,
            IssuedAt = DerTime.Truncate(now),
            NotBefore = template.NotBefore,
            NotAfter = template.NotAfter,
            KeySha256 = Convert.ToHexStringLower(SHA256.HashData(keyInfo.Span)),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(der)),
            Der = der,
        };
        return (await store.AddAsync(certificate, conditions, cancellationToken).ConfigureAwait(false), certificate);
    }

    private async ValueTask<IssueResult> TellAsync(
        CertificateProfile profile, IssuedCertificate certificate, RotationTerms? rotation, AddResult result)
    {
        metrics.Issued(profile.Purpose);
        Log.Issued(logger, certificate.SerialNumber, profile.CommonName ?? string.Empty, certificate.NotAfter);
        if (rotation is not null && profile.Device is not null)
        {
            var device = profile.Device.Value;
            await revoker.ShowSupersededAsync(device, result.Superseded).ConfigureAwait(false);
            await events.IssuedAsync(new CertificateIssued(certificate)).ConfigureAwait(false);
            Log.Rotated(logger, rotation.CurrentSerialNumber, device.CommonName, certificate.SerialNumber, rotation.RevokeAfter);
            await events
                .RotatedAsync(new CertificateRotated(device, rotation.CurrentSerialNumber, certificate, rotation.RevokeAfter))
                .ConfigureAwait(false);
        }
        else
        {
            await events.IssuedAsync(new CertificateIssued(certificate)).ConfigureAwait(false);
        }

        return IssueResult.Issued(certificate);
    }
}
