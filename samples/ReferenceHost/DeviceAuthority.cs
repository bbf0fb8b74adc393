using System.Security.Cryptography;
using Pulse.Certs;

namespace Pulse.ReferenceHost;

/// <summary>Opens the device CA's encrypted key.</summary>
internal static class DeviceAuthority
{
    public static ICaSigner LoadSigner(CertificateSettings certificates)
    {
        try
        {
            return CaSigners.FromEncryptedPem(
                File.ReadAllText(certificates.AuthorityCertificateFile),
                File.ReadAllText(certificates.AuthorityKeyFile),
                certificates.AuthorityPassword);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new UsageException($"The device CA cannot be loaded: {unreadable.Message}");
        }
    }
}
