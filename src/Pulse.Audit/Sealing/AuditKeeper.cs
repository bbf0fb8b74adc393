using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Pulse.Audit;

/// <summary>The work beside writing: seals, publishes checkpoints, keeps partitions ready. Every replica runs it; the database picks who does it.</summary>
internal sealed class AuditKeeper(
    NpgsqlDataSource worker,
    AuditSealer sealer,
    IAuditCheckpointPublisher? publisher,
    AuditSealingOptions options,
    AuditMetrics metrics,
    TimeProvider time,
    ILogger<AuditKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan MonthsEvery = TimeSpan.FromHours(1);

    // Months are asked for long before they are needed, and whoever reads the trail waits behind each attempt for its lock.
    private static readonly TimeSpan MonthsAgain = TimeSpan.FromMinutes(1);

    private readonly SealLag _lag = metrics.Watch(new SealLag(time));
    private readonly HashSet<Guid> _told = [];
    private SealRefusal _refusal;
    private AuditCheckpoint? _published;
    private long? _monthsAt;
    private TimeSpan _monthsEvery = MonthsEvery;

    /// <summary>One round: everything there is to seal now.</summary>
    internal async Task KeepAsync(CancellationToken cancellationToken)
    {
        if (_monthsAt is null || time.GetElapsedTime(_monthsAt.Value) >= _monthsEvery)
        {
            await TryMakeMonthsAsync(cancellationToken).ConfigureAwait(false);
        }

        SealResult result;
        do
        {
            var startedAt = time.GetTimestamp();
            result = await sealer.SealAsync(cancellationToken).ConfigureAwait(false);
            metrics.Sealed(result.Sealed);
            _lag.Observe(startedAt, result);
            Tell(result);
        }
        while (result.HasMore);

        if (publisher is not null && result.Newest is { } newest && newest != _published)
        {
            await publisher.PublishAsync(newest, cancellationToken).ConfigureAwait(false);
            _published = newest;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SealEvery, time);
        do
        {
            try
            {
                await KeepAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // The loop must outlive whatever the database, the signer or the publisher throws: it is logged, counted and tried again.
                metrics.SealFailed("unavailable");
                Log.SealFailing(logger, failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    private async Task TryMakeMonthsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await MakeMonthsAsync(cancellationToken).ConfigureAwait(false);
            _monthsEvery = MonthsEvery;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // Sealing needs no month ahead, and must not wait until one can be made: it is logged, counted and tried again.
            metrics.SealFailed("months");
            Log.SealFailing(logger, failure);
            _monthsEvery = MonthsAgain;
        }

        _monthsAt = time.GetTimestamp();
    }

    private async Task MakeMonthsAsync(CancellationToken cancellationToken)
    {
        var command = worker.CreateCommand("SELECT pulse_audit.premake($1)");
        await using var commandScope = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = options.MonthsAhead });
        var missing = (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        if (missing > 0)
        {
            Log.PartitionsMissing(logger, missing);
        }
    }

    // Each state is told once, not at every round.
    private void Tell(SealResult result)
    {
        if (result.Refusal != SealRefusal.None)
        {
            metrics.SealFailed("refused");
            if (result.Refusal != _refusal)
            {
                Log.SealRefused(logger, result.Refusal);
            }
        }

        _refusal = result.Refusal;
        foreach (var (stream, sequence) in result.Broken)
        {
            metrics.SealFailed("stream");
            if (_told.Add(stream))
            {
                Log.StreamBroken(logger, stream, sequence);
            }
        }
    }
}
