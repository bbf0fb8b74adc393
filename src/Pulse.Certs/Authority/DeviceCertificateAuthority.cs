using Microsoft.Extensions.Options;

namespace Pulse.Certs;

/// <summary>Says what each certificate is issued for; the issuer and the revoker do the rest.</summary>
internal sealed class DeviceCertificateAuthority(
    Lazy<CertificateIssuer> lazyIssuer,
    CertificateRevoker revoker,
    ICertificateStore store,
    IOptions<PulseCertsOptions> options,
    TimeProvider time) : IDeviceCertificateAuthority
{
    private readonly PulseCertsOptions _options = options.Value;

    // Made when first needed: revoking and holding work while the key, or the service that keeps it, is out of reach.
    private CertificateIssuer Issuer => lazyIssuer.Value;

    public ValueTask<IssueResult> IssueAsync(DeviceSubject device, ReadOnlyMemory<byte> csrDer, CancellationToken cancellationToken = default) =>
        Issuer.IssueAsync(ProfileOf(device), csrDer, rotation: null, cancellationToken);

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
        return Issuer.IssueAsync(profile, csrDer, rotation: null, cancellationToken);
    }

    public ValueTask<IssueResult> RotateAsync(
        DeviceSubject device, string currentSerialNumber, ReadOnlyMemory<byte> csrDer, CancellationToken cancellationToken = default)
    {
        var profile = ProfileOf(device);
        var terms = TermsOf(currentSerialNumber);
        return terms is null
            ? ValueTask.FromResult(Issuer.Refuse(profile, IssueRefusal.CurrentNotFound))
            : Issuer.IssueAsync(profile, csrDer, terms, cancellationToken);
    }

    public ValueTask<KeyedIssueResult> IssueWithNewKeyAsync(DeviceSubject device, CancellationToken cancellationToken = default) =>
        Issuer.IssueWithNewKeyAsync(ProfileOf(device), rotation: null, cancellationToken);

    public ValueTask<KeyedIssueResult> RotateWithNewKeyAsync(
        DeviceSubject device, string currentSerialNumber, CancellationToken cancellationToken = default)
    {
        var profile = ProfileOf(device);
        var terms = TermsOf(currentSerialNumber);
        if (terms is not null)
        {
            return Issuer.IssueWithNewKeyAsync(profile, terms, cancellationToken);
        }

#pragma warning disable CA2000 // The caller disposes of it.
        return ValueTask.FromResult(new KeyedIssueResult(Issuer.Refuse(profile, IssueRefusal.CurrentNotFound), privateKeyPem: null));
#pragma warning restore CA2000
    }

    public ValueTask<RevokeResult> RevokeAsync(
        DeviceSubject device,
        string serialNumber,
        RevocationReason reason,
        DateTimeOffset? invalidSince = null,
        CancellationToken cancellationToken = default)
    {
        ThrowIfDefault(device);
        return RevokeAsync(owner: device, serialNumber, reason, invalidSince, cancellationToken);
    }

    public ValueTask<RevokeResult> RevokeServerAsync(
        string serialNumber, RevocationReason reason, DateTimeOffset? invalidSince = null, CancellationToken cancellationToken = default) =>
        RevokeAsync(owner: null, serialNumber, reason, invalidSince, cancellationToken);

    public ValueTask<RevokeResult> HoldAsync(DeviceSubject device, string serialNumber, CancellationToken cancellationToken = default) =>
        ChangeHoldAsync(device, serialNumber, RevocationAction.Hold, cancellationToken);

    public ValueTask<RevokeResult> ReleaseAsync(DeviceSubject device, string serialNumber, CancellationToken cancellationToken = default) =>
        ChangeHoldAsync(device, serialNumber, RevocationAction.Release, cancellationToken);

    public async ValueTask<IReadOnlyList<IssuedCertificate>> ListActiveAsync(DeviceSubject device, CancellationToken cancellationToken = default)
    {
        ThrowIfDefault(device);
        var stored = await store.ListAsync(device, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        return [.. stored.Select(record => new IssuedCertificate(record))];
    }

    private ValueTask<RevokeResult> ChangeHoldAsync(
        DeviceSubject device, string serialNumber, RevocationAction action, CancellationToken cancellationToken)
    {
        ThrowIfDefault(device);
        ArgumentNullException.ThrowIfNull(serialNumber);
        return revoker.ChangeAsync(device, serialNumber, action, RevocationReason.CertificateHold, invalidSince: null, cancellationToken);
    }

    private ValueTask<RevokeResult> RevokeAsync(
        DeviceSubject? owner, string serialNumber, RevocationReason reason, DateTimeOffset? invalidSince, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(serialNumber);
        if (!RevocationRules.IsReasonToRevoke(reason))
        {
            throw new ArgumentOutOfRangeException(
                nameof(reason), reason, "Not a reason to revoke a device's or server's certificate; HoldAsync puts one on hold.");
        }

        if (invalidSince > time.GetUtcNow())
        {
            throw new ArgumentOutOfRangeException(nameof(invalidSince), invalidSince, "A certificate cannot have become invalid in the future.");
        }

        return revoker.ChangeAsync(owner, serialNumber, RevocationAction.Revoke, reason, invalidSince, cancellationToken);
    }

    /// <summary>Null when the text is no serial number, so that no certificate can have it.</summary>
    private RotationTerms? TermsOf(string currentSerialNumber)
    {
        ArgumentNullException.ThrowIfNull(currentSerialNumber);
        return SerialNumber.TryParse(currentSerialNumber, out var serial)
            ? new RotationTerms(Convert.ToHexStringLower(serial), DerTime.Truncate(time.GetUtcNow()) + _options.RotationOverlap)
            : null;
    }

    private CertificateProfile ProfileOf(DeviceSubject device)
    {
        ThrowIfDefault(device);
        return new CertificateProfile(
            CertificatePurpose.Device,
            device,
            device.CommonName,
            AlternativeNames.Write(device),
            Oids.ClientAuthentication,
            _options.DeviceLifetime,
            _options.MaxActivePerDevice);
    }

    private static void ThrowIfDefault(DeviceSubject device)
    {
        if (device == default)
        {
            throw new ArgumentException("The device is the default value; make one with DeviceSubject.TryCreate.", nameof(device));
        }
    }
}
