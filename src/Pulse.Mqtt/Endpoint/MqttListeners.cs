using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Pulse.Mqtt;

/// <summary>Opens the three listeners.</summary>
internal sealed class MqttListeners(DeviceTls tls, MqttDoor door, IOptions<PulseMqttOptions> options)
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
        listen.Use(next => context => door.LimitAsync(next, context, listener));
        listen.UseHttps(tls.For(listener));
        if (listener != MqttListener.WebSocket)
        {
            listen.Run(context => door.ServeAsync(context, listener));
        }
    }
}
