using System.Security.Cryptography;

namespace Pulse.ReferenceHost.Development;

/// <summary>The key of the development trail: made once per folder, its public half beside it for whoever verifies.</summary>
internal static class DevelopmentAuditKey
{
    public static string PublicKeyFile(string root) => Path.Combine(root, "audit", "key.pub.pem");

    public static async Task<string> LoadOrCreateAsync(DevelopmentFolder folder, CancellationToken cancellationToken)
    {
        var (privateKey, publicKey) = (Path.Combine(folder.Root, "audit", "key.pem"), PublicKeyFile(folder.Root));
        if (!File.Exists(publicKey))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(publicKey)!);
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            // The public key comes last: it tells a later start that its private key is complete.
            await PrivateFile.WriteAsync(privateKey, key.ExportPkcs8PrivateKeyPem(), cancellationToken);
            await PrivateFile.WriteAsync(publicKey, key.ExportSubjectPublicKeyInfoPem(), cancellationToken);
        }

        return privateKey;
    }
}
