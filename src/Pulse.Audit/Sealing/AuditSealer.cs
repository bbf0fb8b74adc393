using Npgsql;

namespace Pulse.Audit;

/// <summary>
/// Seals what is committed and not sealed yet: checks it, adds it to the tree, signs the new root; one transaction under an
/// advisory lock, so that of all replicas one does it at a time, through a pooler as well.
/// </summary>
internal sealed class AuditSealer(NpgsqlDataSource worker, IAuditSigner signer, AuditSealingOptions options)
{
    private readonly HashSet<Guid> _broken = [];
    private TreeHead? _seen;

    public async Task<SealResult> SealAsync(CancellationToken cancellationToken)
    {
        var connection = await worker.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var connectionScope = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var transactionScope = transaction.ConfigureAwait(false);
        var log = new SealedLog(connection);
        if (!await log.TryLockAsync(cancellationToken).ConfigureAwait(false))
        {
            return SealResult.Elsewhere;
        }

        var state = await log.ReadStateAsync(cancellationToken).ConfigureAwait(false);
        var refusal = state.Judge(options.Origin, _seen, out var tree);
        if (refusal != SealRefusal.None)
        {
            return SealResult.Nothing with { Refusal = refusal };
        }

        if (!state.TryFindHandover(signer, options.RetiringSigner, out var by))
        {
            return SealResult.Nothing with { Refusal = SealRefusal.KeyUnknown };
        }

        var before = new TreeHead(options.Origin, tree.Size, tree.Root);
        _seen = before;
        var epoch = state.Epoch?.Number ?? 0;
        if (by is not null)
        {
            var handover = new KeyHandover(options.Origin, ++epoch, before, signer.PublicKey.ToArray());
            var note = await SignedNote.SignAsync(handover.ToString(), options.Origin, by, cancellationToken).ConfigureAwait(false);
            await log.AddEpochAsync(new StoredEpoch(epoch, before.Size, handover.PublicKey, note), cancellationToken).ConfigureAwait(false);
        }

        var (runs, broken) = await ExtendAsync(log, tree, cancellationToken).ConfigureAwait(false);
        var newest = state.Last is null ? null : new AuditCheckpoint(state.Last.TreeSize, state.Last.Note);
        var head = new TreeHead(options.Origin, tree.Size, tree.Root);
        if (runs.Count > 0)
        {
            var note = await SignedNote.SignAsync(head.ToString(), options.Origin, signer, cancellationToken).ConfigureAwait(false);
            newest = new AuditCheckpoint(head.Size, note);
            await log.AddAsync(runs, new StoredCheckpoint(head.Size, epoch, note), tree.ToBytes(), cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        _seen = head;
        var sealedNow = head.Size - before.Size;
        return new SealResult(sealedNow, sealedNow >= options.MaxEventsPerSeal, newest, SealRefusal.None, broken);
    }

    private async Task<(List<SealedRun> Runs, List<(Guid Stream, long Sequence)> Broken)> ExtendAsync(
        SealedLog log, MerkleFrontier tree, CancellationToken cancellationToken)
    {
        var planned = SealPlan.Of(await log.ReadReachAsync(cancellationToken).ConfigureAwait(false), tree.Size, options.MaxEventsPerSeal, _broken);
        var size = tree.Size;
        List<(Guid Stream, long Sequence)> broken = [];
        foreach (var run in planned)
        {
            var hashes = RunCheck.HashesOf(run, await log.ReadLinksAsync(run, cancellationToken).ConfigureAwait(false));
            if (hashes is null)
            {
                broken.Add((run.Stream, run.FirstSequence));
                _broken.Add(run.Stream);
                continue;
            }

            foreach (var hash in hashes)
            {
                tree.Add(hash);
            }
        }

        return (SealPlan.Without([.. broken.Select(stream => stream.Stream)], planned, size), broken);
    }
}
