using Microsoft.Extensions.Hosting;

namespace Pulse.Auth;

/// <summary>Fetches the keys of every issuer at start and from then on in time, so that requests find them ready.</summary>
internal sealed class KeyRefreshService(TrustedIssuers issuers, TimeProvider time) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(issuers.All.Select(issuer => KeepFreshAsync(issuer.Keys, stoppingToken)));

    private async Task KeepFreshAsync(IssuerKeys keys, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await keys.RefreshAsync(stoppingToken).ConfigureAwait(false);
            await Task.Delay(keys.NextRefresh, time, stoppingToken).ConfigureAwait(false);
        }
    }
}
