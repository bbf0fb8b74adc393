using System.Text.Json;
using Npgsql;

namespace Pulse.Audit;

/// <summary>
/// Verifies a trail: hashes every record again, follows every chain, rebuilds the tree, checks every signature, and compares the
/// columns people search with the records they repeat. Needs nothing but the public key, and trusts nothing that it reads.
/// </summary>
public sealed class AuditVerifier
{
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _trusted;
    private readonly IReadOnlyList<string> _checkpoints;

    /// <summary>Creates a verifier.</summary>
    /// <param name="publicKeysPem">
    /// PEM text with the public key that began the log; later keys are believed because it handed over to them. More keys do no harm.
    /// </param>
    /// <param name="checkpoints">Checkpoints that were published earlier, as notes: the log must contain what they say.</param>
    /// <exception cref="ArgumentException">The text holds no public key on P-256.</exception>
    public AuditVerifier(string publicKeysPem, IEnumerable<string>? checkpoints = null)
    {
        ArgumentNullException.ThrowIfNull(publicKeysPem);
        _trusted = TrustedKeys.Read(publicKeysPem);
        _checkpoints = [.. checkpoints ?? []];
    }

    /// <summary>Verifies the trail in a database, as of one moment, while it goes on being written.</summary>
    /// <param name="source">A data source whose sessions have the role <c>pulse_worker</c>: whoever sees less finds events missing.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    public async Task<AuditVerification> VerifyAsync(NpgsqlDataSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var database = await EvidenceDatabase.OpenAsync(source, cancellationToken).ConfigureAwait(false);
        await using var databaseScope = database.ConfigureAwait(false);
        var check = new TrailCheck(await database.ReadFrameAsync(cancellationToken).ConfigureAwait(false), _trusted, _checkpoints);
        await foreach (var found in database.ReadSealedAsync(cancellationToken).ConfigureAwait(false))
        {
            check.Add(found);
        }

        await foreach (var found in database.ReadUnsealedAsync(cancellationToken).ConfigureAwait(false))
        {
            check.Add(found);
        }

        return check.Complete();
    }

    /// <summary>Verifies an export, without any database.</summary>
    /// <param name="export">What <see cref="AuditExporter.WriteNdjsonAsync"/> wrote; it stays open.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    /// <exception cref="FormatException">The file is no such export; the message names the line.</exception>
    public async Task<AuditVerification> VerifyExportAsync(Stream export, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(export);
        var lines = new NumberedLines(NdjsonReader.ReadLinesAsync(export, cancellationToken).GetAsyncEnumerator(cancellationToken));
        await using var linesScope = lines.ConfigureAwait(false);
        try
        {
            var (frame, line) = await NdjsonReader.ReadFrameAsync(lines).ConfigureAwait(false);
            var check = new TrailCheck(frame, _trusted, _checkpoints);
            while (line is not null)
            {
                check.Add(NdjsonReader.ReadEvent(line.Value));
                line = await lines.MoveNextAsync().ConfigureAwait(false) ? lines.Current : null;
            }

            return check.Complete();
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"Line {lines.Number} of the export cannot be read: {unreadable.Message}", unreadable);
        }
    }
}
