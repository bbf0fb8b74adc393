using Npgsql;

namespace Pulse.Audit;

/// <summary>Takes the whole trail out of the database, all of it as of one moment.</summary>
/// <param name="source">A data source whose sessions have the role <c>pulse_worker</c>; it stays the caller's to dispose of.</param>
/// <remarks>An export holds personal data in the clear. Exporting is itself worth an event.</remarks>
public sealed class AuditExporter(NpgsqlDataSource source)
{
    // A sink that is written in small pieces is a sink that is slow.
    private const int FlushBytes = 64 << 10;

    /// <summary>
    /// Writes one JSON object a line: keys, checkpoints, runs and heads first, then the events, with their records byte for byte as they
    /// were hashed. <see cref="AuditVerifier.VerifyExportAsync"/> verifies such a file without any database.
    /// </summary>
    /// <param name="output">Where to; it stays open.</param>
    /// <param name="cancellationToken">Ends the export.</param>
    /// <returns>How many events were written.</returns>
    public async Task<long> WriteNdjsonAsync(Stream output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var lines = new NdjsonWriter();
        var database = await EvidenceDatabase.OpenAsync(source, cancellationToken).ConfigureAwait(false);
        await using var databaseScope = database.ConfigureAwait(false);
        lines.Write(await database.ReadFrameAsync(cancellationToken).ConfigureAwait(false));
        return await WriteAsync(database, output, lines.Write, lines.Gathered, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Writes one syslog message (RFC 5424) an event, each preceded by its length in octets (RFC 6587, section 3.4.1), as TCP and TLS
    /// carry them. Facility 13, log audit; the message is the record.
    /// </summary>
    /// <param name="output">Where to; it stays open.</param>
    /// <param name="hostName">The sender: 1 to 255 printable ASCII characters.</param>
    /// <param name="cancellationToken">Ends the export.</param>
    /// <returns>How many events were written.</returns>
    /// <exception cref="ArgumentException"><paramref name="hostName"/> breaks that rule.</exception>
    public async Task<long> WriteSyslogAsync(Stream output, string hostName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        var messages = new SyslogWriter(hostName);
        var database = await EvidenceDatabase.OpenAsync(source, cancellationToken).ConfigureAwait(false);
        await using var databaseScope = database.ConfigureAwait(false);
        return await WriteAsync(database, output, messages.Write, messages.Gathered, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<long> WriteAsync(
        EvidenceDatabase database, Stream output, Action<StoredEvent> write, GatheredBytes gathered, CancellationToken cancellationToken)
    {
        var events = 0L;
        foreach (var part in new[] { database.ReadSealedAsync(cancellationToken), database.ReadUnsealedAsync(cancellationToken) })
        {
            await foreach (var found in part.ConfigureAwait(false))
            {
                write(found);
                events++;
                await output.WriteAsync(gathered.Take(FlushBytes), cancellationToken).ConfigureAwait(false);
            }
        }

        await output.WriteAsync(gathered.Take(0), cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        return events;
    }
}
