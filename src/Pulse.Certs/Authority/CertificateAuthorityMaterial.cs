using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pulse.Certs;

/// <summary>A new certificate authority: its self-signed certificate and its encrypted key.</summary>
public sealed class CertificateAuthorityMaterial
{
    /// <summary>PBKDF2 with HMAC-SHA-256, after the OWASP password storage cheat sheet: the key is opened once per start.</summary>
    private const int Iterations = 600_000;

    private static readonly TimeSpan Backdate = TimeSpan.FromMinutes(5);

    private CertificateAuthorityMaterial(string certificatePem, string encryptedPrivateKeyPem)
    {
        CertificatePem = certificatePem;
        EncryptedPrivateKeyPem = encryptedPrivateKeyPem;
    }

    /// <summary>The certificate, PEM.</summary>
    public string CertificatePem { get; }

    /// <summary>The key as PKCS #8 under PBES2 (AES-256-CBC, PBKDF2 with SHA-256 and 600,000 iterations), PEM label ENCRYPTED PRIVATE KEY.</summary>
    public string EncryptedPrivateKeyPem { get; }

    /// <summary>
    /// Makes a P-256 key and a self-signed certificate for it: an authority with path length 0 that may sign certificates and CRLs.
    /// </summary>
    /// <param name="commonName">The authority's common name, 1 to 64 characters, none of them a control character.</param>
    /// <param name="lifetime">How long the certificate is valid, at least one day; it starts five minutes in the past.</param>
    /// <param name="password">Encrypts the key; not empty.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The material; nothing is kept of it here.</returns>
    /// <exception cref="ArgumentException">A parameter is out of its range.</exception>
    public static CertificateAuthorityMaterial Create(string commonName, TimeSpan lifetime, string password, TimeProvider time) =>
        Create(commonName, lifetime, password, time, Iterations);

    /// <summary>The same with another cost of the password, for tests that make many.</summary>
    internal static CertificateAuthorityMaterial Create(
        string commonName, TimeSpan lifetime, string password, TimeProvider time, int iterations)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(commonName);
        ArgumentException.ThrowIfNullOrEmpty(password);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(lifetime, TimeSpan.FromDays(1));
        if (commonName.Length > 64 || commonName.Any(char.IsControl))
        {
            throw new ArgumentException("A common name has at most 64 characters and no control character.", nameof(commonName));
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedName(DistinguishedName.Write(commonName));
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(
            KeyIdentifier.Of(key.ExportSubjectPublicKeyInfo()), critical: false));

        var now = DerTime.Truncate(time.GetUtcNow());
        using var certificate = request.Create(
            subject, X509SignatureGenerator.CreateForECDsa(key), now - Backdate, now + lifetime, SerialNumber.Create());
        return new CertificateAuthorityMaterial(
            certificate.ExportCertificatePem(),
            key.ExportEncryptedPkcs8PrivateKeyPem(
                password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, iterations)));
    }
}
