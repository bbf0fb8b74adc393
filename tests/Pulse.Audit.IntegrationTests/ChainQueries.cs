using Npgsql;

namespace Pulse.Audit.IntegrationTests;

/// <summary>The chain as the database holds it: read back for the verifier, and re-verified by SQL that knows nothing of this code.</summary>
internal static class ChainQueries
{
    /// <summary>Places whose hash, predecessor or number is wrong, and heads that are not where their chain ends.</summary>
    public const string BrokenLinks = """
        WITH link AS (
            SELECT stream, seq, prev_hash, hash, record FROM pulse_audit.event
            UNION ALL
            SELECT stream, seq, prev_hash, hash, record FROM pulse_audit.quarantine
        ), expected AS (
            SELECT *, row_number() OVER w AS place, lag(hash, 1, decode(repeat('00', 32), 'hex')) OVER w AS previous
            FROM link WINDOW w AS (PARTITION BY stream ORDER BY seq)
        ), broken AS (
            SELECT stream, seq FROM expected
            WHERE seq <> place OR prev_hash <> previous
                OR hash <> sha256('pulse.audit.v1'::bytea || prev_hash || uuid_send(stream) || int8send(seq) || record)
            UNION ALL
            SELECT head.stream, head.seq FROM pulse_audit.stream_head head
            LEFT JOIN link ON link.stream = head.stream AND link.seq = head.seq
            WHERE link.hash IS DISTINCT FROM head.hash
        )
        SELECT count(*) FROM broken
        """;

    /// <summary>Rows whose columns say something else than the record that was hashed.</summary>
    public const string ForgedColumns = """
        SELECT count(*) FROM pulse_audit.event, LATERAL (SELECT convert_from(record, 'UTF8')::jsonb AS r) parsed
        WHERE (r ->> 'id')::uuid <> event_id OR (r ->> 'at')::timestamptz <> occurred_at
            OR r ->> 'class' <> (ARRAY['access', 'security', 'critical'])[class + 1]
            OR r ->> 'outcome' <> (ARRAY['unknown', 'success', 'denied', 'failure', 'error'])[outcome + 1]
            OR r ->> 'type' <> type OR r ->> 'tenant' IS DISTINCT FROM tenant_id
            OR (r ->> 'visible_to_tenant')::boolean <> visible_to_tenant OR r ->> 'actor' IS DISTINCT FROM actor
            OR r ->> 'on_behalf_of' IS DISTINCT FROM on_behalf_of OR r ->> 'reason' IS DISTINCT FROM reason
            OR (r ->> 'peer')::inet IS DISTINCT FROM peer OR r ->> 'trace' IS DISTINCT FROM trace_id
        """;

    public static async Task<IReadOnlyList<ChainVerdict>> VerifyAsync(NpgsqlDataSource source)
    {
        var heads = new List<ChainHead>();
        await using (var query = source.CreateCommand("SELECT stream, seq, hash FROM pulse_audit.stream_head"))
        await using (var reader = await query.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                heads.Add(new ChainHead(reader.GetGuid(0), reader.GetInt64(1), (byte[])reader[2]));
            }
        }

        var verdicts = new List<ChainVerdict>();
        foreach (var head in heads)
        {
            var links = new List<ChainLink>();
            await using var query = source.CreateCommand("""
                SELECT seq, prev_hash, hash, record FROM pulse_audit.event WHERE stream = $1
                UNION ALL SELECT seq, prev_hash, hash, record FROM pulse_audit.quarantine WHERE stream = $1
                ORDER BY seq
                """);
            query.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = head.Stream });
            await using var reader = await query.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                links.Add(new ChainLink(
                    reader.GetInt64(0), (byte[])reader[1], (byte[])reader[2], (byte[])reader[3]));
            }

            verdicts.Add(ChainVerifier.Verify(links, head));
        }

        return verdicts;
    }
}
