using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Pulse.Mqtt;

/// <summary>Opens the three listeners.</summary>
internal sealed class MqttListeners(DeviceTls tls, EndpointServices services, ConnectionTable connections, IOptions<PulseMqttOptions> options)
{
    public void Open(KestrelServerOptions kestrel)
    {
        var settings = options.Value;
        var address = IPAddress.Parse(settings.Address);
        kestrel.Listen(address, settings.ServicePort, listen => Configure(listen, MqttListener.Service));
        kestrel.Listen(address, settings.DevicePort, listen => Configure(listen, MqttListener.Device));
        kestrel.Listen(address, settings.WebSocketPort, listen => Configure(listen, MqttListener.WebSocket));
    }

    private void Configure(ListenOptions listen, MqttListener listener)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => context => LimitAsync(next, context, listener));
        listen.UseHttps(tls.For(listener));
        if (listener != MqttListener.WebSocket)
        {
            listen.Run(context => ServeAsync(context, listener));
        }
    }

    /// <summary>Counts transports before the handshake: that is the work a flood would cause.</summary>
    private async Task LimitAsync(ConnectionDelegate next, ConnectionContext context, MqttListener listener)
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

    private async Task ServeAsync(ConnectionContext context, MqttListener listener)
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
