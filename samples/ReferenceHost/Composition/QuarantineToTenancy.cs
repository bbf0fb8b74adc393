using System.Data.Common;
using Pulse.Audit;
using Pulse.Mqtt;
using Pulse.Tenancy;

namespace Pulse.ReferenceHost.Composition;

/// <summary>
/// Refused messages become rows of the sender's tenant with reason and count. The first refusal of a minute, device and
/// reason is also an audit event; the rest of that minute only raises the count, so that a flood cannot bury the trail.
/// </summary>
internal sealed class QuarantineToTenancy(ITenantDatabase database, IAuditWriter audit) : IQuarantineSink
{
    // A limited device floods by definition, and its payloads say nothing: they share one row a minute.
    private const string Any = "";

    // Beyond twenty different payloads of one minute, device and reason the rest share a row: a device that sends nothing but
    // rubbish cannot fill the table. The sub-query sees the table as it was before this statement: 0 means the first refusal.
    private const string Upsert =
        """
        INSERT INTO public.quarantine AS q (tenant_id, device_id, minute, reason, payload_sha256, topic, detail, payload_length, payload_head, count, last_at)
        SELECT $1, $2, date_trunc('minute', $3::timestamptz, 'UTC'), $4, CASE WHEN kept.payloads < 20 OR kept.known THEN $5 ELSE '' END, $6, $7, $8, $9, $10, $3
        FROM (SELECT count(*) AS payloads, coalesce(bool_or(o.payload_sha256 = $5), false) AS known
              FROM public.quarantine o
              WHERE o.tenant_id = $1 AND o.device_id = $2 AND o.minute = date_trunc('minute', $3::timestamptz, 'UTC') AND o.reason = $4) kept
        ON CONFLICT (tenant_id, device_id, minute, reason, payload_sha256)
        DO UPDATE SET count = q.count + excluded.count, last_at = greatest(q.last_at, excluded.last_at)
        RETURNING (SELECT coalesce(sum(o.count), 0) FROM public.quarantine o
                   WHERE o.tenant_id = q.tenant_id AND o.device_id = q.device_id AND o.minute = q.minute AND o.reason = q.reason)
        """;

    public async ValueTask WriteAsync(IReadOnlyList<QuarantineRecord> records, CancellationToken cancellationToken)
    {
        foreach (var group in records.GroupBy(record => (record.Device, record.Reason, Payload: PayloadKey(record))))
        {
            var first = group.First();
            var count = group.LongCount();
            var before = await database.CreateBatch(TenantId.Parse(first.Device.TenantId))
                .Add(
                    Upsert,
                    first.Device.TenantId,
                    first.Device.DeviceId,
                    group.Max(record => record.ReceivedAt).ToUniversalTime(),
                    first.Reason.ToString(),
                    group.Key.Payload,
                    first.Topic,
                    first.Detail ?? (object)DBNull.Value,
                    first.PayloadLength,
                    first.PayloadHead.ToArray(),
                    count)
                .QueryAsync(static row => ReadCount(row), cancellationToken);
            if (before[0] == 0)
            {
                await audit.WriteAsync(ToEvent(first), cancellationToken);
            }
        }
    }

    private static decimal ReadCount(DbDataReader row) => row.GetDecimal(0);

    private static string PayloadKey(QuarantineRecord record) =>
        record.Reason is IngestRefusal.DeviceRateLimited or IngestRefusal.TenantRateLimited ? Any : record.PayloadSha256;

    private static AuditEvent ToEvent(QuarantineRecord record) => new()
    {
        Type = "device.rejected",
        Class = AuditClass.Security,
        Outcome = AuditOutcome.Denied,
        TenantId = record.Device.TenantId,
        Actor = record.Device.MqttName,
        Reason = record.Reason.ToString(),
        Fields =
        [
            AuditField.Public("topic", record.Topic),
            AuditField.Public("payload_length", record.PayloadLength),
            AuditField.Public("payload_sha256", record.PayloadSha256),
        ],
    };
}
