using System.Data.Common;

namespace Pulse.Certs;

/// <summary>Revocations inside a transaction: rows are appended and never altered, and one device's changes wait for each other.</summary>
internal static class RevocationTable
{
    // Until the transaction ends. A collision of hashes makes two devices wait for each other, nothing else.
    private const string LockSql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";

    // The log, not the certificate table, says what was issued: it outlives the device.
    private const string FindSql = """
        SELECT r.reason, r.revoked_at, r.invalid_since, r.revision, l.issuer
        FROM pulse_certs.issuance_log l LEFT JOIN LATERAL (
            SELECT reason, revoked_at, invalid_since, revision FROM pulse_certs.revocation
            WHERE issuer = l.issuer AND serial = l.serial ORDER BY revision DESC LIMIT 1) r ON true
        WHERE l.serial = $1 AND l.tenant_id IS NOT DISTINCT FROM $2 AND l.device_id IS NOT DISTINCT FROM $3
        ORDER BY l.sequence DESC LIMIT 1
        """;

    private const string InsertSql = """
        INSERT INTO pulse_certs.revocation
            (issuer, serial, revision, tenant_id, device_id, reason, revoked_at, invalid_since, not_after, key_sha256)
        SELECT issuer, serial, $3, tenant_id, device_id, $4, $5, $6, not_after, key_sha256
        FROM pulse_certs.issuance_log WHERE issuer = $1 AND serial = $2
        """;

    private const string ReadRevokedSql = """
        SELECT serial FROM (SELECT DISTINCT ON (issuer, serial) issuer, serial, reason FROM pulse_certs.revocation
            ORDER BY issuer, serial, revision DESC) AS current WHERE reason <> 8
        """;

    /// <summary>Makes whoever changes this device's certificates next wait for the end of the transaction.</summary>
    public static ValueTask<int> LockAsync(DbTransaction transaction, DeviceSubject? owner, string serialNumber, CancellationToken cancellationToken) =>
        SqlCommand.ExecuteAsync(
            transaction, LockSql, [owner is { } device ? device.SubjectAlternativeName : "pulse:server:" + serialNumber], cancellationToken);

    /// <summary>Judges the request and appends what follows from it; the caller holds the lock and commits.</summary>
    public static async ValueTask<RevocationAnswer?> ChangeAsync(
        DbTransaction transaction, RevocationRequest request, CancellationToken cancellationToken)
    {
        var serial = Convert.FromHexString(request.SerialNumber);
        var found = await SqlCommand.QueryAsync(
            transaction.Connection!,
            transaction,
            FindSql,
            [serial, request.Owner?.TenantId, request.Owner?.DeviceId],
            reader => (Current: ReadRecord(reader, 0), Issuer: SqlCommand.ReadBytes(reader, 4)),
            cancellationToken).ConfigureAwait(false);
        if (found.Count == 0)
        {
            return null;
        }

        var (current, issuer) = found[0];
        var answer = RevocationRules.Decide(current, request);
        if (answer.Record is { } record && record.Revision != current?.Revision)
        {
            await SqlCommand.ExecuteAsync(
                transaction,
                InsertSql,
                [issuer, serial, record.Revision, (short)record.Reason, record.At.UtcDateTime, record.InvalidSince?.UtcDateTime],
                cancellationToken).ConfigureAwait(false);
        }

        if (request.Action == RevocationAction.Revoke)
        {
            await RotationTable.EndAsync(transaction, issuer, serial, request.At, cancellationToken).ConfigureAwait(false);
        }

        return answer;
    }

    public static async ValueTask<HashSet<string>> ReadRevokedAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var serials = await SqlCommand
            .QueryAsync(connection, transaction: null, ReadRevokedSql, [], reader => SqlCommand.ReadHex(reader, 0), cancellationToken)
            .ConfigureAwait(false);
        return new HashSet<string>(serials, StringComparer.Ordinal);
    }

    /// <summary>Reads reason, time, invalidity date and revision; null when the join found no row.</summary>
    public static RevocationRecord? ReadRecord(DbDataReader reader, int ordinal) => reader.IsDBNull(ordinal)
        ? null
        : new RevocationRecord(
            (RevocationReason)reader.GetInt16(ordinal),
            SqlCommand.ReadTime(reader, ordinal + 1),
            reader.IsDBNull(ordinal + 2) ? null : SqlCommand.ReadTime(reader, ordinal + 2),
            reader.GetInt32(ordinal + 3));
}
