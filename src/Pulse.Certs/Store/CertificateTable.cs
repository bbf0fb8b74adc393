using System.Data.Common;

namespace Pulse.Certs;

/// <summary>The certificates themselves. The current revocation is the row with the highest revision; no row, or code 8, is none.</summary>
internal static class CertificateTable
{
    /// <summary>The columns <see cref="Read"/> reads, of <c>c</c> and its last revocation <c>r</c>.</summary>
    public const string Select = """
        SELECT c.issuer, c.serial, c.purpose, c.tenant_id, c.device_id, c.issued_at, c.not_before, c.not_after, c.key_sha256, c.sha256,
            c.der, r.reason, r.revoked_at, r.invalid_since, r.revision
        FROM pulse_certs.certificate c LEFT JOIN LATERAL (
            SELECT reason, revoked_at, invalid_since, revision FROM pulse_certs.revocation
            WHERE issuer = c.issuer AND serial = c.serial ORDER BY revision DESC LIMIT 1) r ON true
        """;

    /// <summary>Neither expired at $1 nor revoked for good; what is on hold may come back and counts.</summary>
    public const string IsLive = "c.not_after >= $1 AND coalesce(r.reason IN (6, 8), true)";

    private const string FindSql = Select + " WHERE c.serial = $1 ORDER BY c.issued_at DESC LIMIT 1";

    // Times are whole seconds: of those issued in one, the log knows the order.
    private const string ListSql = Select + " WHERE " + IsLive + """
         AND c.tenant_id = $2 AND c.device_id = $3
        ORDER BY c.issued_at, (SELECT sequence FROM pulse_certs.issuance_log l WHERE l.issuer = c.issuer AND l.serial = c.serial)
        """;

    private const string InsertSql = """
        INSERT INTO pulse_certs.certificate
            (issuer, serial, purpose, tenant_id, device_id, issued_at, not_before, not_after, key_sha256, sha256, der)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """;

    public static async ValueTask<CertificateRecord?> FindAsync(
        DbConnection connection, string serialNumber, CancellationToken cancellationToken)
    {
        var found = await SqlCommand
            .QueryAsync(connection, transaction: null, FindSql, [Convert.FromHexString(serialNumber)], Read, cancellationToken)
            .ConfigureAwait(false);
        return found.Count == 0 ? null : found[0];
    }

    public static ValueTask<List<CertificateRecord>> ListAsync(
        DbConnection connection, DbTransaction? transaction, DeviceSubject device, DateTimeOffset at, CancellationToken cancellationToken) =>
        SqlCommand.QueryAsync(
            connection, transaction, ListSql, [at.UtcDateTime, device.TenantId, device.DeviceId], Read, cancellationToken);

    public static ValueTask<int> InsertAsync(DbTransaction transaction, CertificateRecord certificate, CancellationToken cancellationToken) =>
        SqlCommand.ExecuteAsync(
            transaction,
            InsertSql,
            [
                Convert.FromHexString(certificate.IssuerId), Convert.FromHexString(certificate.SerialNumber),
                IssuanceLogEntry.NameOf(certificate.Purpose), certificate.Device?.TenantId, certificate.Device?.DeviceId,
                certificate.IssuedAt.UtcDateTime, certificate.NotBefore.UtcDateTime, certificate.NotAfter.UtcDateTime,
                Convert.FromHexString(certificate.KeySha256), Convert.FromHexString(certificate.Sha256), certificate.Der.ToArray(),
            ],
            cancellationToken);

    public static CertificateRecord Read(DbDataReader reader) => new()
    {
        IssuerId = SqlCommand.ReadHex(reader, 0),
        SerialNumber = SqlCommand.ReadHex(reader, 1),
        Purpose = IssuanceLogEntry.PurposeOf(reader.GetString(2)),
        Device = SqlCommand.ReadDevice(reader, 3),
        IssuedAt = SqlCommand.ReadTime(reader, 5),
        NotBefore = SqlCommand.ReadTime(reader, 6),
        NotAfter = SqlCommand.ReadTime(reader, 7),
        KeySha256 = SqlCommand.ReadHex(reader, 8),
        Sha256 = SqlCommand.ReadHex(reader, 9),
        Der = SqlCommand.ReadBytes(reader, 10),
        Revocation = RevocationTable.ReadRecord(reader, 11),
    };
}
