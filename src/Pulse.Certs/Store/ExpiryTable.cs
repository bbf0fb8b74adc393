using System.Data.Common;

namespace Pulse.Certs;

/// <summary>Certificates that are about to end, and what was announced of them.</summary>
internal static class ExpiryTable
{
    // A successor counts when it is good and outlives the certificate.
    private static readonly string HasSuccessor = $"""
        EXISTS (SELECT 1 FROM pulse_certs.certificate s WHERE s.tenant_id = c.tenant_id AND s.device_id = c.device_id
            AND s.not_after > c.not_after AND {Good("s")})
        """;

    private static readonly string ListSql = $"""
        SELECT c.issuer, c.serial, c.tenant_id, c.device_id, c.not_before, c.not_after,
            (SELECT string_agg(n.threshold, ',') FROM pulse_certs.expiry_notice n WHERE n.issuer = c.issuer AND n.serial = c.serial)
        FROM pulse_certs.certificate c
        WHERE c.tenant_id IS NOT NULL AND c.not_after >= $1 AND c.not_after <= $2 AND (c.not_after, c.serial) > ($3, $4)
            AND {Good("c")} AND NOT {HasSuccessor}
        ORDER BY c.not_after, c.serial LIMIT $5
        """;

    private const string InsertSql = """
        INSERT INTO pulse_certs.expiry_notice (issuer, serial, threshold, noticed_at)
        SELECT $1, $2, threshold, $4 FROM unnest($3) AS threshold ON CONFLICT DO NOTHING RETURNING threshold
        """;

    private static readonly string ResolveSql = $"""
        UPDATE pulse_certs.expiry_notice n SET resolved_at = $1 WHERE n.resolved_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM pulse_certs.certificate c WHERE c.issuer = n.issuer AND c.serial = n.serial AND c.not_after >= $1
                AND {Good("c")} AND NOT {HasSuccessor})
        """;

    public static ValueTask<List<ExpiringCertificate>> ListAsync(
        DbConnection connection,
        DateTimeOffset at,
        DateTimeOffset until,
        ExpiringCertificate? after,
        int limit,
        CancellationToken cancellationToken) =>
        SqlCommand.QueryAsync(
            connection,
            transaction: null,
            ListSql,
            [
                at.UtcDateTime, until.UtcDateTime, (after?.NotAfter ?? at).UtcDateTime,
                after is null ? [] : Convert.FromHexString(after.SerialNumber), limit,
            ],
            reader => new ExpiringCertificate(
                SqlCommand.ReadHex(reader, 0),
                SqlCommand.ReadHex(reader, 1),
                SqlCommand.ReadDevice(reader, 2)!.Value,
                SqlCommand.ReadTime(reader, 4),
                SqlCommand.ReadTime(reader, 5),
                reader.IsDBNull(6) ? [] : reader.GetString(6).Split(',')),
            cancellationToken);

    public static ValueTask<List<string>> InsertAsync(
        DbConnection connection,
        ExpiringCertificate certificate,
        IReadOnlyCollection<string> thresholds,
        DateTimeOffset at,
        CancellationToken cancellationToken) =>
        SqlCommand.QueryAsync(
            connection,
            transaction: null,
            InsertSql,
            [Convert.FromHexString(certificate.IssuerId), Convert.FromHexString(certificate.SerialNumber), thresholds.ToArray(), at.UtcDateTime],
            reader => reader.GetString(0),
            cancellationToken);

    public static ValueTask<int> ResolveAsync(DbTransaction transaction, DateTimeOffset at, CancellationToken cancellationToken) =>
        SqlCommand.ExecuteAsync(transaction, ResolveSql, [at.UtcDateTime], cancellationToken);

    /// <summary>Good now: neither revoked nor on hold.</summary>
    private static string Good(string alias) => $"""
        NOT EXISTS (SELECT 1 FROM (SELECT reason FROM pulse_certs.revocation r
            WHERE r.issuer = {alias}.issuer AND r.serial = {alias}.serial ORDER BY revision DESC LIMIT 1) AS state WHERE state.reason <> 8)
        """;
}
