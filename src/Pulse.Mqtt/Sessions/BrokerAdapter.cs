using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Server;

namespace Pulse.Mqtt;

/// <summary>Hands our connections to MQTTnet, which keeps subscriptions and delivers; it opens no listener of its own.</summary>
internal sealed class BrokerAdapter : IMqttServerAdapter
{
    public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

    public Task StartAsync(MqttServerOptions options, IMqttNetLogger logger) => Task.CompletedTask;

    public Task StopAsync() => Task.CompletedTask;

    public void Dispose()
    {
        // Owns nothing.
    }

    /// <summary>Runs a session until the connection ends.</summary>
    public Task HandleAsync(MqttConnection connection) =>
        ClientHandler is { } handler ? handler(connection) : throw new InvalidOperationException("The MQTT broker is not started.");
}
