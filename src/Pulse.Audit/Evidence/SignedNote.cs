using System.Security.Cryptography;
using System.Text;

namespace Pulse.Audit;

/// <summary>
/// A signed note (C2SP signed-note): a text, an empty line, and signature lines. Signatures are ECDSA on P-256 with SHA-256,
/// DER-encoded, of type 0x02: the key id is the beginning of the SHA-256 of the public key as SubjectPublicKeyInfo.
/// </summary>
internal sealed class SignedNote
{
    private const string SignatureMark = "— ";
    private const int KeyIdBytes = 4;
    private const int MaxLength = 64 << 10;

    private readonly List<(string Name, byte[] Signature)> _signatures;

    private SignedNote(string text, List<(string Name, byte[] Signature)> signatures) => (Text, _signatures) = (text, signatures);

    /// <summary>What is signed, with the newline it ends with.</summary>
    public string Text { get; }

    public string[] Lines => Text.Split('\n')[..^1];

    public static async ValueTask<string> SignAsync(string text, string name, IAuditSigner signer, CancellationToken cancellationToken)
    {
        var signature = await signer.SignAsync(Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
        byte[] signed = [.. KeyId(signer.PublicKey.Span), .. signature];
        return $"{text}\n{SignatureMark}{name} {Convert.ToBase64String(signed)}\n";
    }

    /// <returns>Null when it is no signed note.</returns>
    public static SignedNote? Parse(string note)
    {
        // The last empty line parts the text from the signatures.
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (note.Length > MaxLength || end < 0 || end + 2 == note.Length || !note.EndsWith('\n') || note.Any(character => character < ' ' && character != '\n'))
        {
            return null;
        }

        List<(string, byte[])> signatures = [];
        foreach (var line in note[(end + 2)..^1].Split('\n'))
        {
            var parts = line.Split(' ');
            if (parts.Length != 3 || parts[0] != SignatureMark.TrimEnd() || parts[1].Length == 0)
            {
                return null;
            }

            var signature = new byte[parts[2].Length];
            var isBase64 = Convert.TryFromBase64String(parts[2], signature, out var length);
            if (!isBase64 || length <= KeyIdBytes)
            {
                return null;
            }

            signatures.Add((parts[1], signature[..length]));
        }

        return new SignedNote(note[..(end + 1)], signatures);
    }

    /// <summary>Whether this key, under this name, signed the text. Signatures of other keys say nothing.</summary>
    public bool IsSignedBy(string name, ReadOnlySpan<byte> publicKey)
    {
        var keyId = KeyId(publicKey);
        using var key = P256.ImportPublicKey(publicKey);
        if (key is null)
        {
            return false;
        }

        var text = Encoding.UTF8.GetBytes(Text);
        foreach (var (signer, signature) in _signatures)
        {
            if (signer == name && signature.AsSpan(0, KeyIdBytes).SequenceEqual(keyId))
            {
                return key.VerifyData(text, signature.AsSpan(KeyIdBytes), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
            }
        }

        return false;
    }

    private static byte[] KeyId(ReadOnlySpan<byte> publicKey) => SHA256.HashData(publicKey)[..KeyIdBytes];
}
