using System.Data;
using System.Data.Common;

namespace Pulse.Certs;

/// <summary>Verifies the log in PostgreSQL, under one snapshot so that it can be done while certificates are issued.</summary>
internal sealed class DbIssuanceLog(DbDataSource source) : IIssuanceLog
{
    private const string ReadHeadSql = "SELECT sequence, hash FROM pulse_certs.issuance_head";

    private const string ReadLogSql = """
        SELECT sequence, previous, hash, issuer, serial, purpose, tenant_id, device_id, issued_at, not_before, not_after, key_sha256, sha256
        FROM pulse_certs.issuance_log ORDER BY sequence
        """;

    private const string CountUnloggedSql = """
        SELECT count(*) FROM pulse_certs.certificate c LEFT JOIN pulse_certs.issuance_log l USING (issuer, serial)
        WHERE l.sha256 IS DISTINCT FROM c.sha256 OR c.sha256 <> sha256(c.der)
        """;

    public async ValueTask<IssuanceLogVerdict> VerifyAsync(CancellationToken cancellationToken = default)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var openConnection = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var openTransaction = transaction.ConfigureAwait(false);

        var chain = new IssuanceLogChain();
        var command = SqlCommand.Create(connection, transaction, ReadLogSql, []);
        await using var openCommand = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var state = chain.Follow(ReadEntry(reader), SqlCommand.ReadBytes(reader, 2));
                if (state != IssuanceLogState.Intact)
                {
                    return new IssuanceLogVerdict(state, reader.GetInt64(0));
                }
            }
        }

        var head = await ReadHeadAsync(connection, transaction, cancellationToken).ConfigureAwait(false);
        if (!chain.EndsAt(head))
        {
            return new IssuanceLogVerdict(IssuanceLogState.HeadMismatch, chain.Sequence);
        }

        var count = SqlCommand.Create(connection, transaction, CountUnloggedSql, []);
        await using var openCount = count.ConfigureAwait(false);
        var unlogged = await count.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        return new IssuanceLogVerdict(unlogged is 0L ? IssuanceLogState.Intact : IssuanceLogState.CertificateUnlogged, chain.Sequence);
    }

    private static async ValueTask<IssuanceLogHead> ReadHeadAsync(
        DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken)
    {
        var command = SqlCommand.Create(connection, transaction, ReadHeadSql, []);
        await using var openCommand = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var openReader = reader.ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? new IssuanceLogHead(reader.GetInt64(0), SqlCommand.ReadBytes(reader, 1))
            : new IssuanceLogHead(-1, []);
    }

    private static IssuanceLogEntry ReadEntry(DbDataReader reader) => new()
    {
        Sequence = reader.GetInt64(0),
        Previous = SqlCommand.ReadBytes(reader, 1),
        Issuer = SqlCommand.ReadBytes(reader, 3),
        SerialNumber = SqlCommand.ReadBytes(reader, 4),
        Purpose = reader.GetString(5),
        TenantId = reader.IsDBNull(6) ? null : reader.GetString(6),
        DeviceId = reader.IsDBNull(7) ? null : reader.GetString(7),
        IssuedAt = SqlCommand.ReadTime(reader, 8),
        NotBefore = SqlCommand.ReadTime(reader, 9),
        NotAfter = SqlCommand.ReadTime(reader, 10),
        KeySha256 = SqlCommand.ReadBytes(reader, 11),
        Sha256 = SqlCommand.ReadBytes(reader, 12),
    };
}
