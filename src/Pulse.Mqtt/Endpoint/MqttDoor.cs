using Microsoft.AspNetCore.Connections;

namespace Pulse.Mqtt;

/// <summary>Lets transports in, as many as there are places for, and serves each.</summary>
internal sealed class MqttDoor(EndpointServices services, ConnectionTable connections)
{
    /// <summary>Counts transports before the handshake: that is the work a flood would cause.</summary>
    public async Task LimitAsync(ConnectionDelegate next, ConnectionContext context, MqttListener listener)
    {
        if (!connections.TryEnter())
        {
            context.Abort();
            return;
        }

        try
        {
            context.Features.Set(new MqttListenerFeature(listener));
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            connections.Leave();
        }
    }

    /// <summary>Serves a transport behind its handshake until it ends; on the device listener only with a proven certificate.</summary>
    public async Task ServeAsync(ConnectionContext context, MqttListener listener)
    {
        var certificate = context.Features.Get<DeviceTlsFeature>()?.Certificate;
        if (listener == MqttListener.Device && certificate is null)
        {
            context.Abort();
            return;
        }

        var transport = new MqttTransport(context.Transport, listener, context.RemoteEndPoint, context.Abort, context.ConnectionClosed);
        using var connection = new MqttConnection(transport, listener == MqttListener.Device ? certificate : null, services);
        await connection.RunAsync().ConfigureAwait(false);
    }
}
