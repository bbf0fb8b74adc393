using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Exceptions;
using Pulse.Mqtt;

namespace Pulse.ReferenceHost.Development.Fleet;

/// <summary>A device that keeps sending: readings that wander slowly, a rising sequence number, reconnects with patience.</summary>
internal sealed partial class SimulatedDevice(DeviceKey device, DeviceFiles files, int port, X509Certificate2 authority, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private readonly string _topic = $"tenant/{device.TenantId}/device/{device.DeviceId}/telemetry";
    private double _temperature = 18 + (Random.Shared.NextDouble() * 8);
    private long _sequence;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromSeconds(1);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await DeviceConnection.OpenAsync(port, authority, files.Load(), cancellationToken);
                pause = TimeSpan.FromSeconds(1);
                await SendAsync(connection, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost) when (lost is MqttCommunicationException or IOException or SocketException
                or AuthenticationException or InvalidOperationException or OperationCanceledException)
            {
                LogLost(logger, device.MqttName, lost.Message);
            }

            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), TimeProvider.System, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task SendAsync(DeviceConnection connection, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        do
        {
            _temperature += Random.Shared.NextDouble() - 0.5;
            var payload = string.Create(
                CultureInfo.InvariantCulture,
                $$$"""{"version":"1","seq":{{{++_sequence}}},"metrics":{"temperature":{{{_temperature:0.00}}},"battery":{{{Random.Shared.Next(80, 100)}}},"ok":true}}""");
            await connection.PublishAsync(_topic, payload, cancellationToken);
        }
        while (!connection.Ended.IsCompleted && await timer.WaitForNextTickAsync(cancellationToken));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Simulated device {Device} lost its connection: {Reason}")]
    private static partial void LogLost(ILogger logger, string device, string reason);
}
