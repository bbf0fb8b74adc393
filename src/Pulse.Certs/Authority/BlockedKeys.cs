using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Pulse.Certs;

/// <summary>The keys that are never certified, by the SHA-256 of their SubjectPublicKeyInfo: 32 octets of memory and some more each.</summary>
internal sealed class BlockedKeys(IOptions<PulseCertsOptions> options)
{
    /// <summary>A list of about a million keys.</summary>
    public const long MaxFileBytes = 80 * 1024 * 1024;

    private const int Digits = 64;

    private readonly HashSet<(UInt128 High, UInt128 Low)> _keys =
        options.Value.BlockedKeysFile is { } file ? Read(file) : [];

    /// <summary>Whether the key (SubjectPublicKeyInfo, DER) is on the list.</summary>
    public bool Contains(ReadOnlySpan<byte> keyInfo) => _keys.Count > 0 && _keys.Contains(Split(SHA256.HashData(keyInfo)));

    /// <summary>What is wrong with a list; null when nothing is.</summary>
    public static string? FindFault(string file)
    {
        try
        {
            Read(file);
            return null;
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or FormatException or NotSupportedException)
        {
            return unusable.Message;
        }
    }

    private static HashSet<(UInt128 High, UInt128 Low)> Read(string file)
    {
        if (new FileInfo(file).Length > MaxFileBytes)
        {
            throw new FormatException($"{file} is larger than {MaxFileBytes} bytes.");
        }

        var keys = new HashSet<(UInt128, UInt128)>();
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            var text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            keys.Add(text.Length == Digits && text.All(char.IsAsciiHexDigit)
                ? Split(Convert.FromHexString(text))
                : throw new FormatException($"{file}, line {number}: expected the SHA-256 of a key, {Digits} hexadecimal digits."));
        }

        return keys;
    }

    private static (UInt128 High, UInt128 Low) Split(ReadOnlySpan<byte> hash) =>
        (BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
}
