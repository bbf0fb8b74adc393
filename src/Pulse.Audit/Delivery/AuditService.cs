using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pulse.Audit;

/// <summary>
/// Runs the loop from before the first hosted service starts until after the last one has stopped: what other services do
/// while they stop is audited too.
/// </summary>
internal sealed class AuditService(
    AuditQueue queue, AuditPath path, AuditLedger ledger, DropTally drops, IOptions<PulseAuditOptions> options, TimeProvider time, ILogger<AuditService> logger)
    : IHostedLifecycleService, IDisposable
{
    /// <summary>How often the spill folder is looked for.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(0.5);

    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _abort = new();
    private Task? _running;
    private ITimer? _look;

    /// <summary>Whether events are being stored, or would be if the database let them.</summary>
    public bool IsRunning => _running is { IsCompleted: false };

    /// <exception cref="IOException">The spill folder cannot be used; the host must not start without its audit trail.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        path.Open();

        // The loop outlives every request: it must not carry the trace, culture or identity of whoever started it.
        using (ExecutionContext.SuppressFlow())
        {
            _running = Task.Run(() => path.Loop.RunAsync(_closing.Token, _abort.Token), CancellationToken.None);
            _look = path.Spill is null ? null : time.CreateTimer(_ => Look(), state: null, LookEvery, LookEvery);
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Not in <see cref="StopAsync"/>: with concurrent stopping the last requests are still running then.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (_running is null)
        {
            return;
        }

        queue.Close();
        await _closing.CancelAsync().ConfigureAwait(false);
        try
        {
            await _running.WaitAsync(options.Value.DrainTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception unfinished) when (unfinished is TimeoutException or OperationCanceledException)
        {
            await _abort.CancelAsync().ConfigureAwait(false);
            await _running.ConfigureAwait(false);
        }

        if (_look is not null)
        {
            await _look.DisposeAsync().ConfigureAwait(false);
        }

        path.Spill?.Dispose();
        Report();
    }

    public void Dispose()
    {
        _look?.Dispose();
        path.Spill?.Dispose();
        _closing.Dispose();
        _abort.Dispose();
    }

    private void Look()
    {
        var lost = path.Spill!.Check();
        if (lost > 0)
        {
            ledger.Damage(lost);
            drops.AddLost(lost, time.GetUtcNow());
        }
    }

    private void Report()
    {
        var undeclared = ledger.Dropped - ledger.Declared;
        if (ledger.Lost > 0 || undeclared > 0)
        {
            Log.EventsLost(logger, ledger.Lost, undeclared);
        }

        if (ledger.Spilled > 0)
        {
            Log.StoppedWithSpill(logger, ledger.Spilled, options.Value.SpillFolder!);
        }
        else if (ledger.Lost == 0 && undeclared <= 0)
        {
            Log.Drained(logger, ledger.Stored);
        }
    }
}
