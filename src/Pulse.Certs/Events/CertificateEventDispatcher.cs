using Microsoft.Extensions.Logging;

namespace Pulse.Certs;

/// <summary>Tells every handler at once and waits for them no longer than <see cref="Patience"/>.</summary>
internal sealed class CertificateEventDispatcher(
    IEnumerable<ICertificateEvents> handlers,
    TimeProvider time,
    CertsMetrics metrics,
    ILogger<CertificateEventDispatcher> logger) : IDisposable
{
    /// <summary>A revoked device's session is to end within one second; a slower handler goes on by itself.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ICertificateEvents[] _handlers = [.. handlers];
    private readonly CancellationTokenSource _stopping = new();

    public Task IssuedAsync(CertificateIssued issued) =>
        TellAsync(nameof(ICertificateEvents.IssuedAsync), (handler, token) => handler.IssuedAsync(issued, token));

    public Task RevokedAsync(CertificateRevoked revoked) =>
        TellAsync(nameof(ICertificateEvents.RevokedAsync), (handler, token) => handler.RevokedAsync(revoked, token));

    public Task RotatedAsync(CertificateRotated rotated) =>
        TellAsync(nameof(ICertificateEvents.RotatedAsync), (handler, token) => handler.RotatedAsync(rotated, token));

    public Task HeldAsync(CertificateHeld held) =>
        TellAsync(nameof(ICertificateEvents.HeldAsync), (handler, token) => handler.HeldAsync(held, token));

    public Task ReleasedAsync(CertificateReleased released) =>
        TellAsync(nameof(ICertificateEvents.ReleasedAsync), (handler, token) => handler.ReleasedAsync(released, token));

    public Task ExpiringAsync(CertificateExpiring expiring) =>
        TellAsync(nameof(ICertificateEvents.ExpiringAsync), (handler, token) => handler.ExpiringAsync(expiring, token));

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task TellAsync(string notice, Func<ICertificateEvents, CancellationToken, ValueTask> tell)
    {
        if (_handlers.Length == 0)
        {
            return;
        }

        var token = _stopping.Token;

        // On the pool, so that a handler that blocks instead of awaiting holds up nobody either.
        var told = Task.WhenAll(_handlers.Select(handler => Task.Run(() => TellOneAsync(notice, handler, tell, token), CancellationToken.None)));
        try
        {
            await told.WaitAsync(Patience, time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            metrics.EventFailed("slow");
            Log.EventHandlerSlow(logger, notice, Patience);
        }
    }

    private async Task TellOneAsync(
        string notice,
        ICertificateEvents handler,
        Func<ICertificateEvents, CancellationToken, ValueTask> tell,
        CancellationToken cancellationToken)
    {
        try
        {
            await tell(handler, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // A foreign handler may throw anything; what it was told of is committed and stays.
            metrics.EventFailed("error");
            Log.EventHandlerFailed(logger, failure, notice, handler.GetType().FullName);
        }
    }
}
