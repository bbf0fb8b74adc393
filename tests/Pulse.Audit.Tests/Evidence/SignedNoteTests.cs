using System.Security.Cryptography;
using System.Text;

namespace Pulse.Audit.Tests.Evidence;

public sealed class SignedNoteTests : IDisposable
{
    private readonly EcdsaAuditSigner _signer = TestKey.Create();

    public void Dispose() => _signer.Dispose();

    [Fact]
    public void A_note_is_text_empty_line_and_signature_line()
    {
        var lines = TestKey.Sign("one\ntwo\n", _signer).Split('\n');

        Assert.Equal(["one", "two", ""], lines[..3]);
        Assert.Equal(["—", TestKey.Origin], lines[3].Split(' ')[..2]);
        Assert.Equal("", lines[4]);
        var signature = Convert.FromBase64String(lines[3].Split(' ')[2]);
        Assert.Equal(SHA256.HashData(_signer.PublicKey.Span)[..4], signature[..4]);
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_signer.PublicKey.Span, out _);
        Assert.True(key.VerifyData("one\ntwo\n"u8, signature.AsSpan(4), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    [Fact]
    public void A_note_reads_back_and_its_key_is_recognised()
    {
        var note = SignedNote.Parse(TestKey.Sign("one\n\ntwo\n", _signer))!;

        Assert.Equal("one\n\ntwo\n", note.Text);
        Assert.Equal(["one", "", "two"], note.Lines);
        Assert.True(note.IsSignedBy(TestKey.Origin, _signer.PublicKey.Span));
    }

    [Fact]
    public void Another_key_another_name_and_another_text_are_not_signed()
    {
        using var other = TestKey.Create();
        var text = TestKey.Sign("one\n", _signer);

        Assert.False(SignedNote.Parse(text)!.IsSignedBy(TestKey.Origin, other.PublicKey.Span));
        Assert.False(SignedNote.Parse(text)!.IsSignedBy("example.org/audit", _signer.PublicKey.Span));
        Assert.False(SignedNote.Parse(text.Replace("one", "two", StringComparison.Ordinal))!.IsSignedBy(TestKey.Origin, _signer.PublicKey.Span));
        Assert.False(SignedNote.Parse(text)!.IsSignedBy(TestKey.Origin, "no key"u8));
    }

    [Fact]
    public void Signatures_of_unknown_keys_are_passed_over()
    {
        using var witness = TestKey.Create();
        var own = TestKey.Sign("one\n", _signer);
        var others = TestKey.Sign("one\n", witness, "witness.example").Split('\n')[2];

        var note = SignedNote.Parse(own[..^1].Replace("\n\n", $"\n\n{others}\n", StringComparison.Ordinal) + "\n")!;

        Assert.True(note.IsSignedBy(TestKey.Origin, _signer.PublicKey.Span));
        Assert.True(note.IsSignedBy("witness.example", witness.PublicKey.Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("one\n")]
    [InlineData("one\n\n")]
    [InlineData("one\n\n— name AAAAAAA=")]
    [InlineData("one\n\n— name AAAAAA==\n")]
    [InlineData("one\n\n— name !\n")]
    [InlineData("one\n\n—  AAAAAAA=\n")]
    [InlineData("one\n\n- name AAAAAAA=\n")]
    [InlineData("one\n\n— a name AAAAAAA=\n")]
    [InlineData("one\r\n\n— name AAAAAAA=\n")]
    [InlineData("o\tne\n\n— name AAAAAAA=\n")]
    public void Anything_else_is_no_note(string text) => Assert.Null(SignedNote.Parse(text));

    [Fact]
    public void The_shortest_signature_line_is_one()
    {
        var note = SignedNote.Parse("one\n\n— name AAAAAAA=\n");

        Assert.Equal("one\n", note?.Text);
    }

    [Fact]
    public void A_note_of_more_than_64_KiB_is_refused()
    {
        var line = TestKey.Sign("x\n", _signer)[2..];
        var fits = new string('x', (64 << 10) - line.Length - 1) + "\n" + line;

        Assert.NotNull(SignedNote.Parse(fits));
        Assert.Null(SignedNote.Parse("x" + fits));
    }

    [Fact]
    public void Only_an_unencrypted_private_key_on_p_256_signs()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string[] refused =
        [
            "", "secret", p384.ExportPkcs8PrivateKeyPem(), rsa.ExportPkcs8PrivateKeyPem(), p256.ExportSubjectPublicKeyInfoPem(),
            p256.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1)),
        ];
        foreach (var pem in refused)
        {
            var message = Assert.Throws<ArgumentException>(() => EcdsaAuditSigner.FromPem(pem)).Message;
            Assert.Contains("openssl ecparam", message, StringComparison.Ordinal);
        }

        using var sec1 = EcdsaAuditSigner.FromPem(p256.ExportECPrivateKeyPem());
        Assert.Equal(p256.ExportSubjectPublicKeyInfo(), sec1.PublicKey.ToArray());
    }

    [Fact]
    public void Trusted_keys_are_all_public_keys_on_p_256_of_a_text()
    {
        using var second = TestKey.Create();
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var pem = $"first\n{TestKey.Pem(_signer)}\n{p384.ExportSubjectPublicKeyInfoPem()}\n{TestKey.Pem(second)}\n";

        Assert.Equal([_signer.PublicKey.ToArray(), second.PublicKey.ToArray()], TrustedKeys.Read(pem).Select(key => key.ToArray()));
        Assert.Throws<ArgumentException>(() => TrustedKeys.Read(p384.ExportSubjectPublicKeyInfoPem()));
        Assert.Throws<ArgumentException>(() => TrustedKeys.Read(PemEncoding.WriteString("PUBLIC KEY", Encoding.ASCII.GetBytes("no key"))));
        Assert.Throws<ArgumentException>(() => TrustedKeys.Read(PemEncoding.WriteString("CERTIFICATE", _signer.PublicKey.Span)));
    }
}
