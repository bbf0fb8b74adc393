namespace Pulse.Mqtt;

/// <summary>What is kept of a refused payload.</summary>
internal readonly record struct PayloadDigest(int Length, byte[] Head, string Sha256)
{
    public const int HeadLength = 1024;

    public static PayloadDigest Of(ReadOnlySpan<byte> payload) => new(
        payload.Length,
        payload[..Math.Min(payload.Length, HeadLength)].ToArray(),
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(payload)));
}
