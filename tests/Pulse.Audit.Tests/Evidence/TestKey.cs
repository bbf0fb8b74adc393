using System.Security.Cryptography;

namespace Pulse.Audit.Tests.Evidence;

/// <summary>Signing keys of the tests.</summary>
internal static class TestKey
{
    public const string Origin = "example.com/audit";

    public static EcdsaAuditSigner Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return EcdsaAuditSigner.FromPem(key.ExportPkcs8PrivateKeyPem());
    }

    public static string Pem(params IAuditSigner[] signers) =>
        string.Join('\n', signers.Select(signer => PemEncoding.WriteString("PUBLIC KEY", signer.PublicKey.Span)));

    public static string Sign(string text, IAuditSigner signer, string name = Origin) =>
        SignedNote.SignAsync(text, name, signer, CancellationToken.None).AsTask().GetAwaiter().GetResult();
}
