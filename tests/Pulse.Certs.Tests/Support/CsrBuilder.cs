using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Pulse.Certs.Tests;

/// <summary>PKCS #10 requests byte for byte, so that each part can be wrong by itself.</summary>
internal sealed class CsrBuilder
{
    public const string EcdsaSha256 = "300A06082A8648CE3D040302";
    public const string EcdsaSha384 = "300A06082A8648CE3D040303";
    public const string RsaSha256 = "300D06092A864886F70D01010B0500";

    private readonly Func<byte[], byte[]> _sign;

    public CsrBuilder(ECDsa? key = null, HashAlgorithmName? hash = null)
    {
        var ec = key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        PublicKey = ec.ExportSubjectPublicKeyInfo();
        Algorithm = Convert.FromHexString(hash == HashAlgorithmName.SHA384 ? EcdsaSha384 : EcdsaSha256);
        _sign = data => ec.SignData(data, hash ?? HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    public CsrBuilder(RSA key, HashAlgorithmName? hash = null)
    {
        PublicKey = key.ExportSubjectPublicKeyInfo();
        Algorithm = Convert.FromHexString(RsaSha256);
        _sign = data => key.SignData(data, hash ?? HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    public byte[] Version { get; set; } = [2, 1, 0];

    public byte[] Subject { get; set; } = [0x30, 0];

    public byte[] PublicKey { get; set; }

    public byte[] Algorithm { get; set; }

    /// <summary>The whole [0] element.</summary>
    public byte[] Attributes { get; set; } = [0xA0, 0];

    public Func<byte[], byte[]> ChangeSignature { get; set; } = signature => signature;

    public byte[] SignatureBits(byte[] signature) => [0, .. signature];

    public CsrBuilder WithExtensions(params byte[][] extensions) => WithAttributes(ExtensionRequest(extensions));

    public CsrBuilder WithAttributes(params byte[][] attributes)
    {
        Attributes = Element(0xA0, [.. attributes]);
        return this;
    }

    public byte[] Build()
    {
        var information = Element(0x30, Version, Subject, PublicKey, Attributes);
        return Element(0x30, information, Algorithm, Element(0x03, SignatureBits(ChangeSignature(_sign(information)))));
    }

    public static byte[] ExtensionRequest(params byte[][] extensions) =>
        Attribute("1.2.840.113549.1.9.14", Element(0x30, extensions));

    public static byte[] Attribute(string oid, params byte[][] values) => Element(0x30, Oid(oid), Element(0x31, values));

    public static byte[] Extension(string oid, bool critical, params byte[] value) => critical
        ? Element(0x30, Oid(oid), [1, 1, 0xFF], Element(0x04, value))
        : Element(0x30, Oid(oid), Element(0x04, value));

    public static byte[] Rdn(string oid, byte textTag, params byte[] text) =>
        Element(0x31, Element(0x30, Oid(oid), Element(textTag, text)));

    public static byte[] Oid(string oid)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(oid);
        return writer.Encode();
    }

    /// <summary>One element with the shortest length form, around bytes that need not be DER.</summary>
    public static byte[] Element(byte tag, params byte[][] parts)
    {
        byte[] content = [.. parts.SelectMany(part => part)];
        byte[] length = content.Length switch
        {
            < 128 => [(byte)content.Length],
            < 256 => [0x81, (byte)content.Length],
            < 65_536 => [0x82, (byte)(content.Length >> 8), (byte)content.Length],
            _ => [0x83, (byte)(content.Length >> 16), (byte)(content.Length >> 8), (byte)content.Length],
        };
        return [tag, .. length, .. content];
    }
}
