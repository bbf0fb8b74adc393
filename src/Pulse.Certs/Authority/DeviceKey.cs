using System.Security.Cryptography;

namespace Pulse.Certs;

/// <summary>Makes a P-256 key for a device that cannot, and leaves no copy of it behind.</summary>
internal sealed class DeviceKey : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public byte[] SubjectPublicKeyInfo => _key.ExportSubjectPublicKeyInfo();

    /// <summary>PKCS #8 as PEM, in memory the collector does not move and so does not copy.</summary>
    public byte[] ExportPem()
    {
        var pkcs8 = _key.ExportPkcs8PrivateKey();
        var text = new char[PemEncoding.GetEncodedSize("PRIVATE KEY".Length, pkcs8.Length)];
        try
        {
            PemEncoding.TryWrite("PRIVATE KEY", pkcs8, text, out var length);
            var pem = GC.AllocateArray<byte>(length + 1, pinned: true);
            System.Text.Encoding.ASCII.GetBytes(text, pem);
            pem[length] = (byte)'\n';
            return pem;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
            Array.Clear(text);
        }
    }

    public void Dispose() => _key.Dispose();
}
