using System.Buffers.Binary;
using System.Buffers.Text;

namespace Pulse.Certs;

/// <summary>
/// Suggests a twelfth of a certificate's life that begins between two thirds and three quarters of it, by its fingerprint: a fleet made
/// at once does not come back at once.
/// </summary>
internal sealed class RenewalAdvisor(ICertificateStore store, CertificateIssuers issuers, TimeProvider time) : IRenewalAdvisor
{
    /// <summary>Longer than any identifier of an issuer and a serial number of 20 octets each.</summary>
    private const int MaxLength = 128;

    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(6);
    private static readonly TimeSpan Immediately = TimeSpan.FromHours(1);

    public async ValueTask<RenewalHint?> AdviseAsync(string certificateId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(certificateId);
        var parts = certificateId.Length > MaxLength ? [] : certificateId.Split('.');
        if (parts.Length != 2)
        {
            return null;
        }

        var isIdentifier = TryDecode(parts[0], out var keyIdentifier);
        var isSerial = TryDecode(parts[1], out var serial);
        if (!isIdentifier || !isSerial)
        {
            return null;
        }

        var issuer = issuers.All.FirstOrDefault(known => KeyIdentifierOf(known).AsSpan().SequenceEqual(keyIdentifier));
        if (issuer is null)
        {
            return null;
        }

        var certificate = await store.FindAsync(SerialNumberOf(serial), cancellationToken).ConfigureAwait(false);
        return certificate is null || certificate.IssuerId != issuer.Id ? null : Advise(certificate, issuer.State);
    }

    private RenewalHint Advise(CertificateRecord certificate, IssuerState state)
    {
        var life = certificate.NotAfter - certificate.NotBefore;
        var retry = life / 24 < LongestRetry ? life / 24 : LongestRetry;
        if (state == IssuerState.Retired || certificate.Revocation is { IsRevoked: true })
        {
            var now = DerTime.Truncate(time.GetUtcNow());
            return new RenewalHint(now - Immediately, now, retry);
        }

        // Whole seconds throughout: half of one makes clients renew twice (cert-manager issue 4399).
        var share = BinaryPrimitives.ReadUInt16BigEndian(Convert.FromHexString(certificate.Sha256)) / 65536.0;
        var start = DerTime.Truncate(certificate.NotBefore + (life * 2 / 3) + (life / 12 * share));
        return new RenewalHint(start, DerTime.Truncate(start + (life / 12)), retry);
    }

    private static byte[] KeyIdentifierOf(CertificateIssuerInfo issuer) =>
        KeyIdentifier.ReadSubject(ParsedCertificate.Read(issuer.Der).Find(Oids.SubjectKeyIdentifier)!.Value.Value);

    /// <summary>The octets of the INTEGER, of which a leading zero only says that it is positive.</summary>
    private static string SerialNumberOf(byte[] serial) => Convert.ToHexStringLower(serial.AsSpan(serial[0] == 0 ? 1 : 0));

    private static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length == 0 || text.Contains('=', StringComparison.Ordinal) || !Base64Url.IsValid(text))
        {
            return false;
        }

        bytes = Base64Url.DecodeFromChars(text);
        return bytes.Length > 0;
    }
}
