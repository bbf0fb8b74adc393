using System.Text;
using Npgsql;
using NpgsqlTypes;
using Pulse.Mqtt;
using Pulse.Tenancy;

namespace Pulse.ReferenceHost.Composition;

/// <summary>
/// Accepted messages become rows: one flush for all tenants of a batch, each tenant's rows under its own Row-Level
/// Security. A row PostgreSQL refuses is found by halving its tenant's share; everybody else's rows stay.
/// </summary>
internal sealed class IngestToTenancy(ITenantDatabase database) : IIngestSink
{
    private const string Insert =
        """
        INSERT INTO public.telemetry (tenant_id, device_id, message_id, kind, received_at, sent_at, sequence, site_id, payload)
        SELECT $1, m.* FROM unnest($2::text[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::bigint[], $8::text[], $9::jsonb[]) m
        -- The same batch comes again when its commit was in doubt; its messages keep their ids.
        ON CONFLICT DO NOTHING
        """;

    public async ValueTask<IReadOnlyList<IngestFailure>> WriteAsync(
        IReadOnlyList<IngestMessage> batch, CancellationToken cancellationToken)
    {
        var rows = batch.Select((message, index) => new Row(index, message)).ToList();
        var failures = new List<IngestFailure>();
        var shares = rows.GroupBy(row => row.Message.Device.TenantId, StringComparer.Ordinal).Select(group => group.ToList()).ToList();
        while (shares.Count > 0)
        {
            var outcomes = await database.ExecuteManyAsync(shares.ConvertAll(ToWork), cancellationToken);
            var halves = new List<List<Row>>();
            for (var i = 0; i < shares.Count; i++)
            {
                if (outcomes[i].Succeeded)
                {
                    continue;
                }

                if (shares[i].Count == 1)
                {
                    failures.Add(new IngestFailure(shares[i][0].Index, outcomes[i].SqlState ?? "unknown"));
                    continue;
                }

                var middle = shares[i].Count / 2;
                halves.Add(shares[i][..middle]);
                halves.Add(shares[i][middle..]);
            }

            shares = halves;
        }

        return failures;
    }

    private static TenantWork ToWork(List<Row> rows) =>
        new TenantWork(TenantId.Parse(rows[0].Message.Device.TenantId)).Add(
            Insert,
            rows[0].Message.Device.TenantId,
            rows.ConvertAll(row => row.Message.Device.DeviceId).ToArray(),
            rows.ConvertAll(row => row.Message.Id).ToArray(),
            rows.ConvertAll(row => Kind(row.Message.Kind)).ToArray(),
            rows.ConvertAll(row => row.Message.ReceivedAt.ToUniversalTime()).ToArray(),
            rows.ConvertAll(row => row.Message.Timestamp?.ToUniversalTime()).ToArray(),
            rows.ConvertAll(row => row.Message.Sequence).ToArray(),
            rows.ConvertAll(row => row.Message.SiteId).ToArray(),
            new NpgsqlParameter
            {
                Value = rows.ConvertAll(row => Encoding.UTF8.GetString(row.Message.Payload.Span)).ToArray(),
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
            });

    private static string Kind(IngestKind kind) => kind switch
    {
        IngestKind.Telemetry => "telemetry",
        IngestKind.Heartbeat => "heartbeat",
        IngestKind.ShadowReported => "shadow_reported",
        IngestKind.CommandAck => "command_ack",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A kind of message this host has no column value for."),
    };

    private readonly record struct Row(int Index, IngestMessage Message);
}
