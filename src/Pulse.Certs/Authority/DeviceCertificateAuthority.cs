using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pulse.Certs;

/// <summary>The order of an issue: request, key, template, signature, store, events.</summary>
internal sealed class DeviceCertificateAuthority : IDeviceCertificateAuthority
{
    private readonly ICaSigner _signer;
    private readonly IssuerCertificate _issuer;
    private readonly ICertificateStore _store;
    private readonly RevocationView _revocations;
    private readonly CertificateEventDispatcher _events;
    private readonly PulseCertsOptions _options;
    private readonly TimeProvider _time;
    private readonly CertsMetrics _metrics;
    private readonly ILogger<DeviceCertificateAuthority> _logger;

    public DeviceCertificateAuthority(
        ICaSigner signer,
        IssuerCertificate issuer,
        ICertificateStore store,
        RevocationView revocations,
        CertificateEventDispatcher events,
        IOptions<PulseCertsOptions> options,
        TimeProvider time,
        CertsMetrics metrics,
        ILogger<DeviceCertificateAuthority> logger)
    {
        _signer = signer;
        _issuer = issuer;
        _store = store;
        _revocations = revocations;
        _events = events;
        _options = options.Value;
        _time = time;
        _metrics = metrics;
        _logger = logger;
    }

    public ValueTask<IssueResult> IssueAsync(DeviceSubject device, ReadOnlyMemory<byte> csrDer, CancellationToken cancellationToken = default)
    {
        ThrowIfDefault(device);
        var profile = new CertificateProfile(
            CertificatePurpose.Device,
            device,
            device.CommonName,
            AlternativeNames.Write(device),
            Oids.ClientAuthentication,
            _options.DeviceLifetime,
            _options.MaxActivePerDevice);
        return IssueAsync(profile, csrDer, cancellationToken);
    }

    public ValueTask<IssueResult> IssueServerAsync(ServerNames names, ReadOnlyMemory<byte> csrDer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        var first = names.DnsNames.Count > 0 ? names.DnsNames[0] : names.IPAddresses[0].ToString();
        var profile = new CertificateProfile(
            CertificatePurpose.Server,
            Device: null,
            first.Length <= CertificateProfile.MaxCommonNameLength ? first : null,
            AlternativeNames.Write(names),
            Oids.ServerAuthentication,
            _options.ServerLifetime,
            int.MaxValue);
        return IssueAsync(profile, csrDer, cancellationToken);
    }

    public async ValueTask<RevokeResult> RevokeAsync(
        DeviceSubject device, string serialNumber, RevocationReason reason, CancellationToken cancellationToken = default)
    {
        ThrowIfDefault(device);
        ArgumentNullException.ThrowIfNull(serialNumber);
        if (!Enum.IsDefined(reason))
        {
            throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a reason to revoke a device's certificate.");
        }

        if (!SerialNumber.TryParse(serialNumber, out var serial))
        {
            return RevokeResult.NotFound;
        }

        var record = await _store
            .RevokeAsync(_issuer.Id, serial, device, reason, DerTime.Truncate(_time.GetUtcNow()), cancellationToken)
            .ConfigureAwait(false);
        if (record is null)
        {
            return RevokeResult.NotFound;
        }

        var canonical = Convert.ToHexStringLower(serial);
        _revocations.Add(canonical);
        if (record.IsNew)
        {
            _metrics.Revoked(record.Reason);
            Log.Revoked(_logger, canonical, device.CommonName, record.Reason);
        }

        await _events
            .RevokedAsync(new CertificateRevoked(device, canonical, record.Reason, record.At, Repeated: !record.IsNew))
            .ConfigureAwait(false);
        return new RevokeResult(record.IsNew ? RevokeOutcome.Revoked : RevokeOutcome.AlreadyRevoked, record.At, record.Reason);
    }

    public async ValueTask<IReadOnlyList<IssuedCertificate>> ListActiveAsync(DeviceSubject device, CancellationToken cancellationToken = default)
    {
        ThrowIfDefault(device);
        var stored = await _store.ListActiveAsync(_issuer.Id, device, _time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        return [.. stored.Select(der => new IssuedCertificate(der, device))];
    }

    private async ValueTask<IssueResult> IssueAsync(
        CertificateProfile profile, ReadOnlyMemory<byte> csrDer, CancellationToken cancellationToken)
    {
        // The caller keeps its buffer; what is checked here must be what is signed below.
        var refusal = CertificateRequestReader.Read(
            csrDer.Length > _options.MaxCsrBytes ? csrDer : csrDer.ToArray(), _options.MaxCsrBytes, out var keyInfo);
        if (refusal == IssueRefusal.None && keyInfo.Span.SequenceEqual(_issuer.SubjectPublicKeyInfo.Span))
        {
            refusal = IssueRefusal.KeyOfIssuer;
        }

        var now = _time.GetUtcNow();
        if (refusal == IssueRefusal.None && !_issuer.IsValidAt(now))
        {
            refusal = IssueRefusal.IssuerNotValid;
        }

        if (refusal != IssueRefusal.None)
        {
            return Refuse(profile, refusal);
        }

        var added = await SignAndAddAsync(profile, keyInfo, now, cancellationToken).ConfigureAwait(false);

        // Chance gives the same number twice never; a broken generator would, and is told apart by a second try.
        if (added.Outcome == AddOutcome.SerialTaken)
        {
            added = await SignAndAddAsync(profile, keyInfo, now, cancellationToken).ConfigureAwait(false);
        }

        return added.Outcome switch
        {
            AddOutcome.Added => await TellAsync(profile, new IssuedCertificate(added.Der, profile.Device)).ConfigureAwait(false),
            AddOutcome.KeyOfOtherDevice => Refuse(profile, IssueRefusal.KeyOfOtherDevice),
            AddOutcome.KeyCompromised => Refuse(profile, IssueRefusal.KeyCompromised),
            AddOutcome.TooManyActive => Refuse(profile, IssueRefusal.TooManyActive),
            _ => throw new CryptographicException("Two random serial numbers in a row were taken: the random number generator is broken."),
        };
    }

    private async ValueTask<(AddOutcome Outcome, byte[] Der)> SignAndAddAsync(
        CertificateProfile profile, ReadOnlyMemory<byte> keyInfo, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var serialNumber = SerialNumber.Create();
        var start = DerTime.Truncate(now) - _options.Backdate;
        var end = DerTime.Truncate(now) + profile.Lifetime;
        var template = new CertificateTemplate
        {
            SerialNumber = serialNumber,
            Issuer = _issuer,
            NotBefore = start > _issuer.NotBefore ? start : _issuer.NotBefore,
            NotAfter = end < _issuer.NotAfter ? end : _issuer.NotAfter,
            CommonName = profile.CommonName,
            AlternativeNames = profile.AlternativeNames,
            SubjectPublicKeyInfo = keyInfo,
            Purpose = profile.ExtendedKeyUsage,
        };

        var toBeSigned = template.Write();
        var signature = await _signer.SignAsync(toBeSigned, cancellationToken).ConfigureAwait(false);
        if (!_issuer.Verify(toBeSigned, signature))
        {
            throw new CryptographicException(
                "The signer's signature does not verify under its certificate. ECDSA signatures must be DER (RFC 3279), not IEEE P1363.");
        }

        var der = CertificateTemplate.Seal(toBeSigned, _issuer.Algorithm, signature);
        var certificate = new NewCertificate
        {
            Issuer = _issuer.Id,
            SerialNumber = serialNumber,
            Purpose = profile.Purpose,
            Device = profile.Device,
            IssuedAt = DerTime.Truncate(now),
            NotBefore = template.NotBefore,
            NotAfter = template.NotAfter,
            KeySha256 = SHA256.HashData(keyInfo.Span),
            Sha256 = SHA256.HashData(der),
            Der = der,
        };
        return (await _store.AddAsync(certificate, profile.MaxActive, cancellationToken).ConfigureAwait(false), der);
    }

    private async ValueTask<IssueResult> TellAsync(CertificateProfile profile, IssuedCertificate certificate)
    {
        _metrics.Issued(profile.Purpose);
        Log.Issued(_logger, certificate.SerialNumber, profile.CommonName ?? string.Empty, certificate.NotAfter);
        await _events.IssuedAsync(new CertificateIssued(certificate)).ConfigureAwait(false);
        return IssueResult.Issued(certificate);
    }

    private IssueResult Refuse(CertificateProfile profile, IssueRefusal refusal)
    {
        _metrics.Refused(profile.Purpose, refusal);
        Log.Refused(_logger, profile.CommonName ?? string.Empty, refusal);
        return IssueResult.Refused(refusal);
    }

    private static void ThrowIfDefault(DeviceSubject device)
    {
        if (device == default)
        {
            throw new ArgumentException("The device is the default value; make one with DeviceSubject.TryCreate.", nameof(device));
        }
    }
}
