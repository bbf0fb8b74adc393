using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pulse.Mqtt;

/// <summary>Ends a device's session on a broker that has no call for it: the service account takes its client id over and leaves.</summary>
internal sealed class MosquittoSessionControl(
    IBrokerTakeOver broker, IOptions<MosquittoOptions> options, MqttMetrics metrics, TimeProvider time, ILogger<MosquittoSessionControl> logger) : ISessionControl
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public async ValueTask<int> EndSessionsAsync(DeviceKey device, SessionEndReason reason, CancellationToken cancellationToken = default)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (await broker.TakeOverAsync(device.MqttName, cancellationToken).ConfigureAwait(false))
            {
                Log.SessionsEnded(logger, 1, device, reason);
                metrics.BrokerSessionEnded(succeeded: true);
                return 1;
            }

            if (time.GetElapsedTime(started) >= options.Value.Timeout)
            {
                Log.BrokerSessionNotEnded(logger, device, reason);
                metrics.BrokerSessionEnded(succeeded: false);
                return 0;
            }

            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
