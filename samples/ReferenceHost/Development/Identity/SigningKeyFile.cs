using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>The provider's RSA key in a PEM file that its owner alone can read, so that tokens outlive a restart.</summary>
internal static class SigningKeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static RsaSecurityKey LoadOrCreate(string path)
    {
        using var key = RSA.Create(2048);
        if (File.Exists(path))
        {
            key.ImportFromPem(File.ReadAllText(path));
        }
        else
        {
            Write(path, key.ExportPkcs8PrivateKeyPem());
        }

        var security = new RsaSecurityKey(key.ExportParameters(includePrivateParameters: true));
        security.KeyId = Base64UrlEncoder.Encode(security.ComputeJwkThumbprint());
        return security;
    }

    private static void Write(string path, string pem)
    {
        // Written beside and renamed: an interrupted first start leaves no half key behind.
        var draft = path + ".new";
        File.Delete(draft);
        using (var stream = new FileStream(
            draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        using (var writer = new StreamWriter(stream))
        {
            writer.Write(pem);
        }

        File.Move(draft, path);
    }
}
