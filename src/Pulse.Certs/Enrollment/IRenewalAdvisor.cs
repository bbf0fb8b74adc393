namespace Pulse.Certs;

/// <summary>Says when a device should renew its certificate, in the shape of ACME renewal information (RFC 9773).</summary>
public interface IRenewalAdvisor
{
    /// <summary>GET <c>renewal-info/{certificateId}</c>.</summary>
    /// <param name="certificateId">
    /// The issuer's key identifier and the certificate's serial number, each base64url without padding, joined by a dot (RFC 9773 §4.1).
    /// </param>
    /// <param name="cancellationToken">Abandons the request.</param>
    /// <returns>The hint; null, to be answered 404, when no known issuer issued such a certificate.</returns>
    ValueTask<RenewalHint?> AdviseAsync(string certificateId, CancellationToken cancellationToken = default);
}
