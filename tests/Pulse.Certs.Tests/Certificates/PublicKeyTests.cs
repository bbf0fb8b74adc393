using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Pulse.Certs.Tests;

public class PublicKeyTests
{
    private static readonly byte[] P256 = ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportSubjectPublicKeyInfo();

    [Fact]
    public void Takes_a_key_in_the_only_form_it_has()
    {
        Assert.Equal(PublicKeyFault.None, PublicKey.TryRead(P256, out var key));
        Assert.NotNull(key);
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Verify([1], AnySignature(), SignatureAlgorithm.EcdsaSha256));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public void Refuses_a_point_of_full_length_that_says_it_is_another_form(byte form)
    {
        var key = P256.ToArray();
        key[^65] = form;

        Assert.Equal(PublicKeyFault.NotAllowed, PublicKey.TryRead(key, out var none));
        Assert.Null(none);
    }

    [Theory]
    [InlineData(63)]
    [InlineData(65)]
    public void Refuses_a_point_of_another_length(int coordinates)
    {
        var bits = new byte[2 + coordinates];
        bits[1] = 4;
        var key = CsrBuilder.Element(0x30, P256[2..23], CsrBuilder.Element(3, bits));

        Assert.Equal(PublicKeyFault.NotAllowed, PublicKey.TryRead(key, out _));
    }

    [Fact]
    public void Refuses_bits_that_are_no_octets()
    {
        var key = P256.ToArray();
        key[^66] = 1;
        key[^1] &= 0xFE;

        Assert.Equal(PublicKeyFault.NotAllowed, PublicKey.TryRead(key, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Refuses_an_RSA_modulus_that_is_not_positive(int modulus)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(modulus);
            writer.WriteInteger(65537);
        }

        Assert.Equal(PublicKeyFault.NotAllowed, PublicKey.TryRead(Rsa(writer.Encode()), out _));
    }

    [Fact]
    public void Verifies_with_an_RSA_key_and_only_with_an_algorithm_for_one()
    {
        using var rsa = RSA.Create(2048);
        byte[] data = [1, 2, 3];
        var signature = rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        Assert.Equal(PublicKeyFault.None, PublicKey.TryRead(rsa.ExportSubjectPublicKeyInfo(), out var key));

        Assert.True(key!.Verify(data, signature, SignatureAlgorithm.RsaSha256));
        Assert.False(key.Verify([1, 2, 4], signature, SignatureAlgorithm.RsaSha256));
        Assert.False(key.Verify(data, signature, SignatureAlgorithm.EcdsaSha256));
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Verify(data, signature, SignatureAlgorithm.RsaSha256));
    }

    private static byte[] Rsa(byte[] key) =>
        CsrBuilder.Element(0x30, Convert.FromHexString("300D06092A864886F70D0101010500"), CsrBuilder.Element(3, [0], key));

    private static byte[] AnySignature()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.SignData([1], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
