using System.Collections.Concurrent;
using System.Net;
using Pulse.Auth.IntegrationTests.Providers;

namespace Pulse.Auth.IntegrationTests.Load;

/// <summary>Sends tokens of keys nobody has, so many a second, until it is stopped.</summary>
internal sealed class Flood : IDisposable
{
    private const int TicksPerSecond = 20;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<HttpStatusCode, int> _answers = new();
    private readonly Task _running;
    private int _sent;

    public Flood(ProviderApp app, RotatingProvider provider, int perSecond) =>
        _running = Task.Run(() => SendAsync(app, provider, perSecond / TicksPerSecond, _stop.Token));

    /// <summary>Tokens answered so far.</summary>
    public int Sent => Volatile.Read(ref _sent);

    public async Task SentAsync(int tokens)
    {
        while (Sent < tokens && !_running.IsCompleted)
        {
            await Task.Delay(20);
        }
    }

    /// <returns>The statuses that were answered.</returns>
    public async Task<IEnumerable<HttpStatusCode>> StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
        return _answers.Keys;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task SendAsync(ProviderApp app, RotatingProvider provider, int perTick, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / TicksPerSecond));
        while (!stop.IsCancellationRequested)
        {
            await Task.WhenAll(Enumerable.Range(0, perTick).Select(async _ =>
            {
                var status = await app.StatusAsync(provider.Forgery());
                _answers.AddOrUpdate(status, 1, (_, count) => count + 1);
                Interlocked.Increment(ref _sent);
            }));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
