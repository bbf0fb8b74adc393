using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pulse.Auth;

/// <summary>Carries events from requests to <see cref="AuthEvents"/>; a request never waits for it.</summary>
internal sealed class AuthEventQueue(AuthEvents events, AuthMetrics metrics, ILogger<AuthEventQueue> logger) : BackgroundService
{
    public const int Capacity = 4096;

    private readonly Channel<AuthEvent> _queue = Channel.CreateBounded<AuthEvent>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    public void Add(AuthEvent item)
    {
        if (_queue.Writer.TryWrite(item))
        {
            return;
        }

        if (IsTakenByReceiver(item))
        {
            metrics.EventHandled("overflowed");
            return;
        }

        Log.EventDropped(logger);
        metrics.EventHandled("dropped");
    }

    /// <summary>Hands over what still waits, as long as the host gives time.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        if (ExecuteTask is not null)
        {
            await ExecuteTask.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var item in _queue.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
        {
            await DeliverAsync(item, stoppingToken).ConfigureAwait(false);
        }
    }

    private bool IsTakenByReceiver(AuthEvent item)
    {
        try
        {
            return events.TryTakeOverflow(item);
        }
        catch (Exception exception)
        {
            // The receiver is foreign code on the path of a request, which its failure does not concern.
            Log.EventFailed(logger, exception);
            return false;
        }
    }

    private ValueTask CallAsync(AuthEvent item, CancellationToken stoppingToken)
    {
        switch (item)
        {
            case TokenAccepted accepted:
                return events.TokenAcceptedAsync(accepted, stoppingToken);
            case TokenRefused refused:
                return events.TokenRefusedAsync(refused, stoppingToken);
            case AccessDenied denied:
                return events.AccessDeniedAsync(denied, stoppingToken);
            default:
                return ValueTask.CompletedTask;
        }
    }

    private async Task DeliverAsync(AuthEvent item, CancellationToken stoppingToken)
    {
        try
        {
            await CallAsync(item, stoppingToken).ConfigureAwait(false);
            metrics.EventHandled("delivered");
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            metrics.EventHandled("dropped");
        }
        catch (Exception exception)
        {
            // The receiver is foreign code: one bad event must not end the delivery of all later ones.
            Log.EventFailed(logger, exception);
            metrics.EventHandled("failed");
        }
    }
}
