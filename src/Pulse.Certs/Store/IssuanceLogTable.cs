using System.Data.Common;

namespace Pulse.Certs;

/// <summary>Appends to the issuance log inside the transaction that stores the certificate.</summary>
internal static class IssuanceLogTable
{
    private const string LockHeadSql = "SELECT sequence, hash FROM pulse_certs.issuance_head FOR UPDATE";

    private const string InsertSql = """
        INSERT INTO pulse_certs.issuance_log
            (sequence, previous, hash, issuer, serial, purpose, tenant_id, device_id, issued_at, not_before, not_after, key_sha256, sha256)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        """;

    private const string MoveHeadSql = "UPDATE pulse_certs.issuance_head SET sequence = $1, hash = $2";

    public static async ValueTask<IssuanceLogHead> LockHeadAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        var command = SqlCommand.Create(transaction.Connection!, transaction, LockHeadSql, []);
        await using var openCommand = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var openReader = reader.ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? new IssuanceLogHead(reader.GetInt64(0), SqlCommand.ReadBytes(reader, 1))
            : throw new InvalidOperationException("pulse_certs.issuance_head is empty: the schema was not created by CertificateSchema.Sql.");
    }

    public static async ValueTask AppendAsync(
        DbTransaction transaction, IssuanceLogHead head, CertificateRecord certificate, CancellationToken cancellationToken)
    {
        var entry = IssuanceLogEntry.After(head, certificate);
        var hash = entry.ComputeHash();
        var insert = SqlCommand.Create(
            transaction.Connection!,
            transaction,
            InsertSql,
            [
                entry.Sequence, entry.Previous, hash, entry.Issuer, entry.SerialNumber, entry.Purpose, entry.TenantId, entry.DeviceId,
                entry.IssuedAt.UtcDateTime, entry.NotBefore.UtcDateTime, entry.NotAfter.UtcDateTime, entry.KeySha256, entry.Sha256,
            ]);
        await using var openInsert = insert.ConfigureAwait(false);
        await insert.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);

        var move = SqlCommand.Create(transaction.Connection!, transaction, MoveHeadSql, [entry.Sequence, hash]);
        await using var openMove = move.ConfigureAwait(false);
        await move.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
