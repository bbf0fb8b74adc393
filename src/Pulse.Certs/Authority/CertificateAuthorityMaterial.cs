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
    public static CertificateAuthorityMaterial Create(string commonName, TimeSpan lifetime, string password, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return Create(commonName, lifetime, password, time, Iterations);
    }

    /// <summary>
    /// Makes a root to be kept offline: as <see cref="Create(string, TimeSpan, string, TimeProvider)"/>, with path length 1, so that it
    /// can sign an authority that issues.
    /// </summary>
    /// <param name="commonName">The root's common name, 1 to 64 characters, none of them a control character.</param>
    /// <param name="lifetime">How long the certificate is valid, at least one day; it starts five minutes in the past.</param>
    /// <param name="password">Encrypts the key; not empty.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The material; nothing is kept of it here.</returns>
    /// <exception cref="ArgumentException">A parameter is out of its range.</exception>
    public static CertificateAuthorityMaterial CreateRoot(string commonName, TimeSpan lifetime, string password, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return Create(commonName, lifetime, password, time, Iterations, pathLength: 1);
    }

    /// <summary>Makes a P-256 key and has its certificate signed by a root: an authority with path length 0 that issues to devices.</summary>
    /// <param name="root">The root's signer; its certificate must allow a path length of 1.</param>
    /// <param name="commonName">The authority's common name, 1 to 64 characters, none of them a control character.</param>
    /// <param name="lifetime">How long the certificate is valid, at least one day; cut to the root's end, it starts five minutes in the past.</param>
    /// <param name="password">Encrypts the key; not empty.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Abandons the request to the signer.</param>
    /// <returns>The material; nothing is kept of it here.</returns>
    /// <exception cref="ArgumentException">A parameter is out of its range, or the root's certificate may not sign an authority or is not valid now.</exception>
    /// <exception cref="CryptographicException">The root's signature does not verify under its certificate.</exception>
    public static Task<CertificateAuthorityMaterial> CreateIntermediateAsync(
        ICaSigner root, string commonName, TimeSpan lifetime, string password, TimeProvider time, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(time);
        return CreateIntermediateAsync(root, commonName, lifetime, password, time, Iterations, cancellationToken);
    }

    /// <summary>The same with another cost of the password, for tests that make many.</summary>
    internal static async Task<CertificateAuthorityMaterial> CreateIntermediateAsync(
        ICaSigner root, string commonName, TimeSpan lifetime, string password, TimeProvider time, int iterations, CancellationToken cancellationToken)
    {
        Check(commonName, lifetime, password);
        using var issuer = IssuerCertificate.Read(root.CertificateDer);
        var now = DerTime.Truncate(time.GetUtcNow());
        var isLast = AuthorityTemplate.IsLastAuthority(ParsedCertificate.Read(root.CertificateDer));
        if (isLast || !issuer.IsValidAt(now))
        {
            throw new ArgumentException(
                "The root's certificate has path length 0 or is not valid now, so it signs no authority. Make one with CreateRoot.", nameof(root));
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var toBeSigned = new AuthorityTemplate
        {
            SerialNumber = SerialNumber.Create(),
            Issuer = issuer,
            NotBefore = now - Backdate > issuer.NotBefore ? now - Backdate : issuer.NotBefore,
            NotAfter = now + lifetime < issuer.NotAfter ? now + lifetime : issuer.NotAfter,
            CommonName = commonName,
            SubjectPublicKeyInfo = key.ExportSubjectPublicKeyInfo(),
        }.Write();
        var signature = await root.SignAsync(toBeSigned, cancellationToken).ConfigureAwait(false);
        return issuer.Verify(toBeSigned, signature)
            ? new CertificateAuthorityMaterial(
                PemEncoding.WriteString("CERTIFICATE", CertificateTemplate.Seal(toBeSigned, issuer.Algorithm, signature)),
                Encrypt(key, password, iterations))
            : throw new CryptographicException("The root's signature does not verify under its certificate.");
    }

    /// <summary>A self-signed one with another cost of the password, for tests that make many.</summary>
    internal static CertificateAuthorityMaterial Create(
        string commonName, TimeSpan lifetime, string password, TimeProvider time, int iterations, int pathLength = 0)
    {
        Check(commonName, lifetime, password);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedName(DistinguishedName.Write(commonName));
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: pathLength, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(
            KeyIdentifier.Of(key.ExportSubjectPublicKeyInfo()), critical: false));

        var now = DerTime.Truncate(time.GetUtcNow());
        using var certificate = request.Create(
            subject, X509SignatureGenerator.CreateForECDsa(key), now - Backdate, now + lifetime, SerialNumber.Create());
        return new CertificateAuthorityMaterial(
            certificate.ExportCertificatePem(),
            Encrypt(key, password, iterations));
    }

    private static string Encrypt(ECDsa key, string password, int iterations) => key.ExportEncryptedPkcs8PrivateKeyPem(
        password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, iterations));

    private static void Check(string commonName, TimeSpan lifetime, string password)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(commonName);
        ArgumentException.ThrowIfNullOrEmpty(password);
        ArgumentOutOfRangeException.ThrowIfLessThan(lifetime, TimeSpan.FromDays(1));
        if (commonName.Length > 64 || commonName.Any(char.IsControl))
        {
            throw new ArgumentException("A common name has at most 64 characters and no control character.", nameof(commonName));
        }
    }
}
