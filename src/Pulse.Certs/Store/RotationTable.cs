using System.Data.Common;

namespace Pulse.Certs;

/// <summary>Overlaps: which certificate replaces which, and when the older one must be gone.</summary>
internal static class RotationTable
{
    private const string InsertSql = """
        INSERT INTO pulse_certs.rotation
            (issuer, serial, successor_issuer, successor_serial, tenant_id, device_id, rotated_at, revoke_after, not_after)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    private const string EndSql =
        "UPDATE pulse_certs.rotation SET ended_at = $3 WHERE issuer = $1 AND serial = $2 AND ended_at IS NULL";

    private const string EndExpiredSql = "UPDATE pulse_certs.rotation SET ended_at = $1 WHERE ended_at IS NULL AND not_after < $1";

    private const string ListEndingSql = """
        SELECT tenant_id, device_id, serial, successor_serial, revoke_after FROM pulse_certs.rotation
        WHERE ended_at IS NULL AND (revoke_after <= $1 OR successor_serial = ANY ($2)) ORDER BY revoke_after, successor_serial LIMIT $3
        """;

    private const string ListReplacedSql =
        "SELECT serial FROM pulse_certs.rotation WHERE successor_issuer = $1 AND successor_serial = $2 AND ended_at IS NULL";

    private const string ListSuccessorsSql = "SELECT successor_serial FROM pulse_certs.rotation WHERE issuer = $1 AND serial = $2";

    public static ValueTask<int> InsertAsync(
        DbTransaction transaction, CertificateRecord current, CertificateRecord successor, DateTimeOffset revokeAfter, CancellationToken cancellationToken) =>
        SqlCommand.ExecuteAsync(
            transaction,
            InsertSql,
            [
                Convert.FromHexString(current.IssuerId), Convert.FromHexString(current.SerialNumber),
                Convert.FromHexString(successor.IssuerId), Convert.FromHexString(successor.SerialNumber),
                current.Device?.TenantId, current.Device?.DeviceId,
                successor.IssuedAt.UtcDateTime, revokeAfter.UtcDateTime, current.NotAfter.UtcDateTime,
            ],
            cancellationToken);

    public static ValueTask<int> EndAsync(
        DbTransaction transaction, byte[] issuer, byte[] serial, DateTimeOffset at, CancellationToken cancellationToken) =>
        SqlCommand.ExecuteAsync(transaction, EndSql, [issuer, serial, at.UtcDateTime], cancellationToken);

    /// <summary>What a certificate replaced and what is not revoked yet.</summary>
    public static ValueTask<List<string>> ListReplacedAsync(
        DbTransaction transaction, CertificateRecord successor, CancellationToken cancellationToken) =>
        ListAsync(transaction, ListReplacedSql, successor, cancellationToken);

    /// <summary>Everything that was ever issued to replace a certificate.</summary>
    public static ValueTask<List<string>> ListSuccessorsAsync(
        DbTransaction transaction, CertificateRecord current, CancellationToken cancellationToken) =>
        ListAsync(transaction, ListSuccessorsSql, current, cancellationToken);

    public static async ValueTask<List<CertificateOverlap>> ListEndingAsync(
        DbTransaction transaction, DateTimeOffset at, IReadOnlyCollection<string> successors, int limit, CancellationToken cancellationToken)
    {
        await SqlCommand.ExecuteAsync(transaction, EndExpiredSql, [at.UtcDateTime], cancellationToken).ConfigureAwait(false);
        return await SqlCommand.QueryAsync(
            transaction.Connection!,
            transaction,
            ListEndingSql,
            [at.UtcDateTime, successors.Select(Convert.FromHexString).ToArray(), limit],
            reader => new CertificateOverlap(
                SqlCommand.ReadDevice(reader, 0)!.Value, SqlCommand.ReadHex(reader, 2), SqlCommand.ReadHex(reader, 3), SqlCommand.ReadTime(reader, 4)),
            cancellationToken).ConfigureAwait(false);
    }

    private static ValueTask<List<string>> ListAsync(
        DbTransaction transaction, string sql, CertificateRecord certificate, CancellationToken cancellationToken) =>
        SqlCommand.QueryAsync(
            transaction.Connection!,
            transaction,
            sql,
            [Convert.FromHexString(certificate.IssuerId), Convert.FromHexString(certificate.SerialNumber)],
            reader => SqlCommand.ReadHex(reader, 0),
            cancellationToken);
}
