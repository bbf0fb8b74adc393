using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace Pulse.Certs;

/// <summary>
/// A certificate revocation list of version 2 (RFC 5280 §5), read once and asked often. Reading checks its form; whether it is the
/// issuer's and current, <see cref="CertificatePathValidator"/> decides. Immutable; any thread may use it.
/// </summary>
public sealed class CertificateRevocationList
{
    /// <summary>The largest CRL that is read: 64 MiB, about 1.2 million entries with a reason.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    private readonly CrlEntries _entries;
    private byte[]? _verifiedUnder;

    internal CertificateRevocationList(CrlHeader header, CrlEntries entries)
    {
        Header = header;
        _entries = entries;
    }

    /// <summary>The CRL number (RFC 5280 §5.2.3); not negative, at most 20 octets.</summary>
    public BigInteger Number => Header.Number;

    /// <summary>When it was issued, UTC.</summary>
    public DateTimeOffset ThisUpdate => Header.ThisUpdate;

    /// <summary>When the next one is due at the latest, UTC.</summary>
    public DateTimeOffset NextUpdate => Header.NextUpdate;

    /// <summary>Whether it only tells what changed since another one (RFC 5280 §5.2.4).</summary>
    public bool IsDelta => Header.BaseNumber is not null;

    /// <summary>How many entries it has.</summary>
    public int Count => _entries.Count;

    internal CrlHeader Header { get; }

    /// <summary>Reads a CRL under DER rules. Never throws for what the bytes are.</summary>
    /// <param name="der">The CRL, at most <see cref="MaxBytes"/>. It is kept and not copied: do not change it afterwards.</param>
    /// <param name="list">The CRL, or null.</param>
    /// <returns>
    /// False when it is not such a list, or holds a critical extension that is not known: such a list says nothing about any
    /// certificate (RFC 5280 §5.2, §5.3).
    /// </returns>
    public static bool TryRead(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out CertificateRevocationList? list)
    {
        list = null;
        if (der.Length > MaxBytes)
        {
            return false;
        }

        try
        {
            list = CrlReader.Read(der);
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    /// <summary>The reason a certificate is on the list for; null when it is not.</summary>
    internal int? FindReason(PathCertificate certificate) =>
        _entries.Find(certificate.Parsed.Issuer.Span, Convert.FromHexString(certificate.Parsed.SerialNumber));

    /// <summary>Whether it was found to be signed by this key before: hashing a large list once is enough.</summary>
    internal bool IsVerifiedUnder(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        var known = Volatile.Read(ref _verifiedUnder);
        return known is not null && known.AsSpan().SequenceEqual(SHA256.HashData(subjectPublicKeyInfo));
    }

    internal void SetVerifiedUnder(ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        Volatile.Write(ref _verifiedUnder, SHA256.HashData(subjectPublicKeyInfo));
}
