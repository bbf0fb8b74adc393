using System.Data;
using System.Data.Common;

namespace Pulse.Certs;

/// <summary>The store in PostgreSQL, over any provider that takes positional parameters.</summary>
internal sealed class DbCertificateStore(DbDataSource source) : ICertificateStore
{
    // Server certificates have no device, so their keys are told from devices' keys by IS DISTINCT FROM. The log, not the
    // certificate table, remembers whose a key was: it outlives the device.
    private const string CheckSql = """
        SELECT
            EXISTS (SELECT 1 FROM pulse_certs.issuance_log WHERE issuer = $1 AND serial = $2),
            EXISTS (SELECT 1 FROM pulse_certs.issuance_log
                WHERE key_sha256 = $3 AND (tenant_id IS DISTINCT FROM $4 OR device_id IS DISTINCT FROM $5)),
            EXISTS (SELECT 1 FROM pulse_certs.revocation WHERE key_sha256 = $3 AND reason = 1),
            (SELECT count(*) FROM pulse_certs.certificate c
                WHERE c.tenant_id = $4 AND c.device_id = $5 AND c.not_after >= $6
                AND NOT EXISTS (SELECT 1 FROM pulse_certs.revocation r WHERE r.issuer = c.issuer AND r.serial = c.serial))
        """;

    private const string InsertCertificateSql = """
        INSERT INTO pulse_certs.certificate
            (issuer, serial, purpose, tenant_id, device_id, issued_at, not_before, not_after, key_sha256, sha256, der)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """;

    // The first row to exist decides; a second request changes nothing and reads it.
    private const string InsertRevocationSql = """
        INSERT INTO pulse_certs.revocation
            (issuer, serial, tenant_id, device_id, reason, revoked_at, not_after, key_sha256)
        SELECT issuer, serial, tenant_id, device_id, $5, $6, not_after, key_sha256
        FROM pulse_certs.issuance_log WHERE issuer = $1 AND serial = $2 AND tenant_id = $3 AND device_id = $4
        ON CONFLICT DO NOTHING
        """;

    private const string ReadRevocationSql = """
        SELECT revoked_at, reason FROM pulse_certs.revocation
        WHERE issuer = $1 AND serial = $2 AND tenant_id = $3 AND device_id = $4
        """;

    private const string ListActiveSql = """
        SELECT der FROM pulse_certs.certificate c
        WHERE issuer = $1 AND tenant_id = $2 AND device_id = $3 AND not_after >= $4
            AND NOT EXISTS (SELECT 1 FROM pulse_certs.revocation r WHERE r.issuer = c.issuer AND r.serial = c.serial)
        ORDER BY issued_at, serial
        """;

    private const string ReadRevokedSql = "SELECT serial FROM pulse_certs.revocation WHERE issuer = $1";

    public async ValueTask<AddOutcome> AddAsync(NewCertificate certificate, int maxActive, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var openConnection = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using var openTransaction = transaction.ConfigureAwait(false);

        // Holds the lock until commit: what the next statement counts cannot change under it.
        var head = await IssuanceLogTable.LockHeadAsync(transaction, cancellationToken).ConfigureAwait(false);
        var outcome = await CheckAsync(transaction, certificate, maxActive, cancellationToken).ConfigureAwait(false);
        if (outcome != AddOutcome.Added)
        {
            return outcome;
        }

        await ExecuteAsync(
            connection,
            transaction,
            InsertCertificateSql,
            [
                certificate.Issuer, certificate.SerialNumber, IssuanceLogEntry.NameOf(certificate.Purpose), certificate.Device?.TenantId,
                certificate.Device?.DeviceId, certificate.IssuedAt.UtcDateTime, certificate.NotBefore.UtcDateTime,
                certificate.NotAfter.UtcDateTime, certificate.KeySha256, certificate.Sha256, certificate.Der,
            ],
            cancellationToken).ConfigureAwait(false);
        await IssuanceLogTable.AppendAsync(transaction, head, certificate, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return AddOutcome.Added;
    }

    public async ValueTask<RevocationRecord?> RevokeAsync(
        byte[] issuer, byte[] serialNumber, DeviceSubject device, RevocationReason reason, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var openConnection = connection.ConfigureAwait(false);

        // One statement, so its own transaction: committed when this returns.
        var inserted = await ExecuteAsync(
            connection,
            transaction: null,
            InsertRevocationSql,
            [issuer, serialNumber, device.TenantId, device.DeviceId, (short)reason, at.UtcDateTime],
            cancellationToken).ConfigureAwait(false);

        var command = SqlCommand.Create(
            connection, transaction: null, ReadRevocationSql, [issuer, serialNumber, device.TenantId, device.DeviceId]);
        await using var openCommand = command.ConfigureAwait(false);

        // After the commit nobody's impatience may keep the caller from learning of it.
        var reader = await command.ExecuteReaderAsync(inserted > 0 ? CancellationToken.None : cancellationToken).ConfigureAwait(false);
        await using var openReader = reader.ConfigureAwait(false);
        return await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false)
            ? new RevocationRecord(SqlCommand.ReadTime(reader, 0), (RevocationReason)reader.GetInt16(1), inserted > 0)
            : null;
    }

    public async ValueTask<IReadOnlyList<byte[]>> ListActiveAsync(
        byte[] issuer, DeviceSubject device, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var openConnection = connection.ConfigureAwait(false);
        var command = SqlCommand.Create(
            connection, transaction: null, ListActiveSql, [issuer, device.TenantId, device.DeviceId, at.UtcDateTime]);
        await using var openCommand = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var openReader = reader.ConfigureAwait(false);
        var found = new List<byte[]>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found.Add(SqlCommand.ReadBytes(reader, 0));
        }

        return found;
    }

    public async ValueTask<HashSet<string>> ReadRevokedAsync(byte[] issuer, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var openConnection = connection.ConfigureAwait(false);
        var command = SqlCommand.Create(connection, transaction: null, ReadRevokedSql, [issuer]);
        await using var openCommand = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var openReader = reader.ConfigureAwait(false);
        var serials = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            serials.Add(Convert.ToHexStringLower(SqlCommand.ReadBytes(reader, 0)));
        }

        return serials;
    }

    private static async ValueTask<AddOutcome> CheckAsync(
        DbTransaction transaction, NewCertificate certificate, int maxActive, CancellationToken cancellationToken)
    {
        var command = SqlCommand.Create(
            transaction.Connection!,
            transaction,
            CheckSql,
            [
                certificate.Issuer, certificate.SerialNumber, certificate.KeySha256, certificate.Device?.TenantId,
                certificate.Device?.DeviceId, certificate.IssuedAt.UtcDateTime,
            ]);
        await using var openCommand = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var openReader = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (reader.GetBoolean(0))
        {
            return AddOutcome.SerialTaken;
        }

        if (reader.GetBoolean(1))
        {
            return AddOutcome.KeyOfOtherDevice;
        }

        if (reader.GetBoolean(2))
        {
            return AddOutcome.KeyCompromised;
        }

        return reader.GetInt64(3) < maxActive ? AddOutcome.Added : AddOutcome.TooManyActive;
    }

    private static async ValueTask<int> ExecuteAsync(
        DbConnection connection, DbTransaction? transaction, string sql, object?[] values, CancellationToken cancellationToken)
    {
        var command = SqlCommand.Create(connection, transaction, sql, values);
        await using var openCommand = command.ConfigureAwait(false);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
