using Pulse.Certs;

namespace Pulse.ReferenceHost.Development;

/// <summary>The development CA: created once per folder, its key encrypted.</summary>
internal static class DevelopmentAuthority
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3650);

    public static async Task<CertificateSettings> LoadOrCreateAsync(
        DevelopmentFolder folder, DevelopmentSecrets secrets, CancellationToken cancellationToken)
    {
        var settings = new CertificateSettings
        {
            AuthorityCertificateFile = Path.Combine(folder.Authority, "ca.pem"),
            AuthorityKeyFile = Path.Combine(folder.Authority, "ca.key.pem"),
            AuthorityPassword = secrets.AuthorityKey,
        };
        if (!File.Exists(settings.AuthorityCertificateFile))
        {
            var material = CertificateAuthorityMaterial.Create("Pulse Development Device CA", Lifetime, secrets.AuthorityKey, TimeProvider.System);
            // The certificate comes last: it tells a later start that its key is complete.
            await PrivateFile.WriteAsync(settings.AuthorityKeyFile, material.EncryptedPrivateKeyPem, cancellationToken);
            await PrivateFile.WriteAsync(settings.AuthorityCertificateFile, material.CertificatePem, cancellationToken);
        }

        return settings;
    }
}
