using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pulse.Audit;

/// <summary>
/// Runs the loop from before the first hosted service starts until after the last one has stopped: what other services do
/// while they stop is audited too.
/// </summary>
internal sealed class AuditService(
    AuditQueue queue, AuditLoop loop, AuditLedger ledger, IOptions<PulseAuditOptions> options, TimeProvider time, ILogger<AuditService> logger)
    : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _abort = new();
    private Task? _running;

    /// <summary>Whether events are being stored, or would be if the database let them.</summary>
    public bool IsRunning => _running is { IsCompleted: false };

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // The loop outlives every request: it must not carry the trace, culture or identity of whoever started it.
        using (ExecutionContext.SuppressFlow())
        {
            _running = Task.Run(() => loop.RunAsync(_closing.Token, _abort.Token), CancellationToken.None);
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

        var undeclared = ledger.Dropped - ledger.Declared;
        if (ledger.Lost > 0 || undeclared > 0)
        {
            Log.EventsLost(logger, ledger.Lost, undeclared);
        }
        else
        {
            Log.Drained(logger, ledger.Stored);
        }
    }

    public void Dispose()
    {
        _closing.Dispose();
        _abort.Dispose();
    }

}
