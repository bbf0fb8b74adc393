using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Pulse.Mqtt;

/// <summary>
/// Signals a broker once after each of its starts: what was published while it started is read then, and a listener that takes its CRL at a
/// signal only gets it. A start shows in the pid file, which the broker writes anew.
/// </summary>
internal sealed class BrokerStartSignal(IBrokerSignal signal, IOptions<MosquittoOptions> options, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private DateTime? _signalled;

    /// <summary>Looks once. A signal that failed, because the broker is not ready or a file is bad, is tried again at the next look.</summary>
    public async ValueTask LookAsync(CancellationToken cancellationToken)
    {
        var file = new FileInfo(options.Value.PidFile);
        if (!file.Exists || file.LastWriteTimeUtc == _signalled)
        {
            return;
        }

        var started = file.LastWriteTimeUtc;
        if (await signal.SendAsync(cancellationToken).ConfigureAwait(false))
        {
            _signalled = started;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (options.Value.PidFile.Length > 0 && !stoppingToken.IsCancellationRequested)
        {
            await LookAsync(stoppingToken).ConfigureAwait(false);
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
