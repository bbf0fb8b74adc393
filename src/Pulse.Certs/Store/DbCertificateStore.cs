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
            EXISTS (SELECT 1 FROM pulse_certs.revocation WHERE key_sha256 = $3 AND reason = 1)
        """;

    private const string FindCurrentSql = CertificateTable.Select + " WHERE c.serial = $1 AND c.tenant_id = $2 AND c.device_id = $3 LIMIT 1";

    public ValueTask<AddResult> AddAsync(CertificateRecord certificate, AddConditions conditions, CancellationToken cancellationToken) =>
        InTransactionAsync(transaction => AddAsync(transaction, certificate, conditions, cancellationToken), cancellationToken);

    public ValueTask<RevocationAnswer?> ChangeRevocationAsync(RevocationRequest request, CancellationToken cancellationToken) =>
        InTransactionAsync(
            async transaction =>
            {
                await RevocationTable.LockAsync(transaction, request.Owner, request.SerialNumber, cancellationToken).ConfigureAwait(false);
                return await RevocationTable.ChangeAsync(transaction, request, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<CertificateOverlap>> ListEndingOverlapsAsync(
        DateTimeOffset at, IReadOnlyCollection<string> successors, int limit, CancellationToken cancellationToken) =>
        InTransactionAsync<IReadOnlyList<CertificateOverlap>>(
            async transaction =>
                await RotationTable.ListEndingAsync(transaction, at, successors, limit, cancellationToken).ConfigureAwait(false),
            cancellationToken);

    public async ValueTask<CertificateRecord?> FindAsync(string serialNumber, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var openConnection = connection.ConfigureAwait(false);
        return await CertificateTable.FindAsync(connection, serialNumber, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<CertificateRecord>> ListAsync(
        DeviceSubject device, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var openConnection = connection.ConfigureAwait(false);
        return await CertificateTable.ListAsync(connection, transaction: null, device, at, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<HashSet<string>> ReadRevokedAsync(CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var openConnection = connection.ConfigureAwait(false);
        return await RevocationTable.ReadRevokedAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<ExpiringCertificate>> ListExpiringAsync(
        DateTimeOffset at, DateTimeOffset until, ExpiringCertificate? after, int limit, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var openConnection = connection.ConfigureAwait(false);
        return await ExpiryTable.ListAsync(connection, at, until, after, limit, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<string>> AddExpiryNoticesAsync(
        ExpiringCertificate certificate, IReadOnlyCollection<string> thresholds, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var openConnection = connection.ConfigureAwait(false);
        return await ExpiryTable.InsertAsync(connection, certificate, thresholds, at, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<int> ResolveExpiryNoticesAsync(DateTimeOffset at, CancellationToken cancellationToken) =>
        InTransactionAsync(transaction => ExpiryTable.ResolveAsync(transaction, at, cancellationToken), cancellationToken);

    private static async ValueTask<AddResult> AddAsync(
        DbTransaction transaction, CertificateRecord certificate, AddConditions conditions, CancellationToken cancellationToken)
    {
        // Holds the lock until commit: what is counted below cannot change under it.
        var head = await IssuanceLogTable.LockHeadAsync(transaction, cancellationToken).ConfigureAwait(false);

        // Revocations of this device wait too: nobody revokes its key or its current certificate while a successor is made.
        await RevocationTable.LockAsync(transaction, certificate.Device, certificate.SerialNumber, cancellationToken).ConfigureAwait(false);
        var outcome = await CheckAsync(transaction, certificate, cancellationToken).ConfigureAwait(false);
        if (outcome != AddOutcome.Added)
        {
            return new AddResult(outcome);
        }

        var superseded = new List<KeyValuePair<string, RevocationRecord>>();
        if (certificate.Device is { } device)
        {
            var current = await FindCurrentAsync(transaction, device, conditions.Rotation, cancellationToken).ConfigureAwait(false);
            var live = await CertificateTable
                .ListAsync(transaction.Connection!, transaction, device, certificate.IssuedAt, cancellationToken)
                .ConfigureAwait(false);
            var decision = RotationRules.Decide(
                certificate,
                conditions,
                live,
                current,
                current is null ? [] : await RotationTable.ListSuccessorsAsync(transaction, current, cancellationToken).ConfigureAwait(false),
                current is null ? [] : await RotationTable.ListReplacedAsync(transaction, current, cancellationToken).ConfigureAwait(false));
            if (decision.Outcome != AddOutcome.Added)
            {
                return new AddResult(decision.Outcome, decision.Existing, []);
            }

            if (current is not null)
            {
                await RotationTable
                    .InsertAsync(transaction, current, certificate, conditions.Rotation!.RevokeAfter, cancellationToken)
                    .ConfigureAwait(false);
            }

            foreach (var serial in decision.Supersede)
            {
                superseded.Add(new(serial, await SupersedeAsync(transaction, device, serial, certificate.IssuedAt, cancellationToken).ConfigureAwait(false)));
            }
        }

        await CertificateTable.InsertAsync(transaction, certificate, cancellationToken).ConfigureAwait(false);
        await IssuanceLogTable.AppendAsync(transaction, head, certificate, cancellationToken).ConfigureAwait(false);
        return new AddResult(AddOutcome.Added, Existing: null, superseded);
    }

    private static async ValueTask<AddOutcome> CheckAsync(
        DbTransaction transaction, CertificateRecord certificate, CancellationToken cancellationToken)
    {
        var answers = await SqlCommand.QueryAsync(
            transaction.Connection!,
            transaction,
            CheckSql,
            [
                Convert.FromHexString(certificate.IssuerId), Convert.FromHexString(certificate.SerialNumber),
                Convert.FromHexString(certificate.KeySha256), certificate.Device?.TenantId, certificate.Device?.DeviceId,
            ],
            reader => new AddCheck(reader.GetBoolean(0), reader.GetBoolean(1), reader.GetBoolean(2)),
            cancellationToken).ConfigureAwait(false);
        return answers[0].Outcome;
    }

    private static async ValueTask<CertificateRecord?> FindCurrentAsync(
        DbTransaction transaction, DeviceSubject device, RotationTerms? rotation, CancellationToken cancellationToken)
    {
        if (rotation is null)
        {
            return null;
        }

        var found = await SqlCommand.QueryAsync(
            transaction.Connection!,
            transaction,
            FindCurrentSql,
            [Convert.FromHexString(rotation.CurrentSerialNumber), device.TenantId, device.DeviceId],
            CertificateTable.Read,
            cancellationToken).ConfigureAwait(false);
        return found.Count == 0 ? null : found[0];
    }

    private static async ValueTask<RevocationRecord> SupersedeAsync(
        DbTransaction transaction, DeviceSubject device, string serialNumber, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var request = new RevocationRequest
        {
            SerialNumber = serialNumber,
            Owner = device,
            Action = RevocationAction.Revoke,
            Reason = RevocationReason.Superseded,
            At = at,
        };
        var answer = await RevocationTable.ChangeAsync(transaction, request, cancellationToken).ConfigureAwait(false);
        return answer?.Record ?? throw new InvalidOperationException(
            "pulse_certs.certificate holds a certificate that pulse_certs.issuance_log does not: IIssuanceLog.VerifyAsync tells more.");
    }

    private async ValueTask<T> InTransactionAsync<T>(Func<DbTransaction, ValueTask<T>> act, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var openConnection = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using var openTransaction = transaction.ConfigureAwait(false);
        var result = await act(transaction).ConfigureAwait(false);

        // From here on nobody's impatience may keep the caller from learning what was committed.
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        return result;
    }
}
