using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Pulse.Certs;

/// <summary>One row of the issuance log and the hash that chains it to the row before.</summary>
internal sealed record IssuanceLogEntry
{
    private static readonly byte[] Domain = [.. "pulse.certs.issuance.v1"u8];

    public required long Sequence { get; init; }

    public required byte[] Previous { get; init; }

    public required byte[] Issuer { get; init; }

    public required byte[] SerialNumber { get; init; }

    public required string Purpose { get; init; }

    public required string? TenantId { get; init; }

    public required string? DeviceId { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    public required byte[] KeySha256 { get; init; }

    public required byte[] Sha256 { get; init; }

    public static string NameOf(CertificatePurpose purpose) => purpose == CertificatePurpose.Server ? "server" : "device";

    public static CertificatePurpose PurposeOf(string name) => name == "server" ? CertificatePurpose.Server : CertificatePurpose.Device;

    /// <summary>The entry that follows a head.</summary>
    public static IssuanceLogEntry After(IssuanceLogHead head, CertificateRecord certificate) => new()
    {
        Sequence = head.Sequence + 1,
        Previous = head.Hash,
        Issuer = Convert.FromHexString(certificate.IssuerId),
        SerialNumber = Convert.FromHexString(certificate.SerialNumber),
        Purpose = NameOf(certificate.Purpose),
        TenantId = certificate.Device?.TenantId,
        DeviceId = certificate.Device?.DeviceId,
        IssuedAt = certificate.IssuedAt,
        NotBefore = certificate.NotBefore,
        NotAfter = certificate.NotAfter,
        KeySha256 = Convert.FromHexString(certificate.KeySha256),
        Sha256 = Convert.FromHexString(certificate.Sha256),
    };

    /// <summary>SHA-256 over every field, each led by its length, so that no two entries have the same bytes.</summary>
    public byte[] ComputeHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, Domain);
        Append(hash, Sequence);
        Append(hash, Previous);
        Append(hash, Issuer);
        Append(hash, SerialNumber);
        Append(hash, Encoding.UTF8.GetBytes(Purpose));
        Append(hash, TenantId);
        Append(hash, DeviceId);
        Append(hash, IssuedAt.UtcTicks);
        Append(hash, NotBefore.UtcTicks);
        Append(hash, NotAfter.UtcTicks);
        Append(hash, KeySha256);
        Append(hash, Sha256);
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        Append(hash, bytes);
    }

    private static void Append(IncrementalHash hash, string? value)
    {
        // A missing text is not an empty one.
        if (value is null)
        {
            AppendLength(hash, -1);
        }
        else
        {
            Append(hash, Encoding.UTF8.GetBytes(value));
        }
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> value)
    {
        AppendLength(hash, value.Length);
        hash.AppendData(value);
    }

    private static void AppendLength(IncrementalHash hash, int length)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        hash.AppendData(bytes);
    }
}
