using System.Formats.Asn1;
using System.Text;
using Microsoft.Extensions.Options;

namespace Pulse.Certs;

/// <summary>EST over the authority: transport form in, certs-only messages out.</summary>
internal sealed class EstOperations(
    IDeviceCertificateAuthority authority,
    DeviceCertificateValidator validator,
    CertificateIssuers issuers,
    IOptions<PulseCertsOptions> options) : IEstOperations
{
    private const string Certificates = "application/pkcs7-mime; smime-type=certs-only";
    private const string Request = "application/pkcs10";

    private const string EcPublicKey = "1.2.840.10045.2.1";
    private const string P256 = "1.2.840.10045.3.1.7";
    private const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";

    // Base64 is a third longer; clients break lines after 64 or 76 characters with one or two characters, or not at all.
    public int MaxRequestBytes { get; } = ((options.Value.MaxCsrBytes + 2) / 3 * 4) + (options.Value.MaxCsrBytes / 24) + 128;

    public EstResponse GetCaCertificates() => Success(
        Certificates, CertsOnlyMessage.Write(issuers.All.Where(issuer => issuer.State != IssuerState.Retired).Select(issuer => issuer.Der)));

    public EstResponse GetCsrAttributes()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(EcPublicKey);
                using (writer.PushSetOf())
                {
                    writer.WriteObjectIdentifier(P256);
                }
            }

            writer.WriteObjectIdentifier(EcdsaWithSha256);
        }

        return Success("application/csrattrs", writer.Encode());
    }

    public async ValueTask<EstResponse> EnrollAsync(
        DeviceSubject device, string? contentType, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        var (csr, fault) = Decode(contentType, body);
        return fault ?? Answer(await authority.IssueAsync(device, csr, cancellationToken).ConfigureAwait(false));
    }

    public async ValueTask<EstResponse> ReenrollAsync(
        ReadOnlyMemory<byte> clientCertificateDer, string? contentType, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        var verdict = validator.Validate(clientCertificateDer, []);
        if (!verdict.IsValid)
        {
            return Failure(403, verdict.Refusal.ToString());
        }

        var (csr, fault) = Decode(contentType, body);
        if (fault is not null)
        {
            return fault;
        }

        // A request that cannot be read is the authority's to refuse.
        var names = RequestedNames.Read(csr);
        if (names is not null && !names.AreThoseOf(ParsedCertificate.Read(clientCertificateDer)))
        {
            return Failure(400, "SubjectDiffers");
        }

        return Answer(await authority.RotateAsync(verdict.Device, verdict.SerialNumber, csr, cancellationToken).ConfigureAwait(false));
    }

    private (ReadOnlyMemory<byte> Csr, EstResponse? Fault) Decode(string? contentType, ReadOnlyMemory<byte> body)
    {
        if (contentType?.Split(';')[0].Trim().Equals(Request, StringComparison.OrdinalIgnoreCase) != true)
        {
            return (default, Failure(415, "Content-Type must be " + Request));
        }

        if (body.Length > MaxRequestBytes)
        {
            return (default, Failure(413, nameof(IssueRefusal.RequestTooLarge), IssueRefusal.RequestTooLarge));
        }

        try
        {
            return (Convert.FromBase64String(Encoding.ASCII.GetString(body.Span)), null);
        }
        catch (FormatException)
        {
            return (default, Failure(400, "The body is not base64"));
        }
    }

    private static EstResponse Answer(IssueResult result) => result.Certificate is { } certificate
        ? Success(Certificates, CertsOnlyMessage.Write([certificate.Der]))
        : Failure(StatusOf(result.Refusal), result.Refusal.ToString(), result.Refusal);

    private static int StatusOf(IssueRefusal refusal) => refusal switch
    {
        IssueRefusal.RequestTooLarge => 413,
        IssueRefusal.TooManyActive => 409,
        IssueRefusal.IssuerNotValid => 503,
        IssueRefusal.CurrentNotFound or IssueRefusal.CurrentRevoked or IssueRefusal.CurrentHeld or IssueRefusal.CurrentExpired => 403,
        _ => 400,
    };

    private static EstResponse Success(string contentType, byte[] der) =>
        new(200, contentType, Encoding.ASCII.GetBytes(Convert.ToBase64String(der, Base64FormattingOptions.InsertLineBreaks) + "\r\n"));

    private static EstResponse Failure(int statusCode, string reason, IssueRefusal refusal = IssueRefusal.None) =>
        new(statusCode, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(reason), refusal);
}
