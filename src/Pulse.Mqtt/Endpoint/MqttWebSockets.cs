using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace Pulse.Mqtt;

/// <summary>Serves the WebSocket listener (MQTT 5.0 §6).</summary>
internal sealed class MqttWebSockets(EndpointServices services)
{
    private const string SubProtocol = "mqtt";

    public async Task ServeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Features.Get<DeviceTlsFeature>() is not { } tls)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var asksForMqtt = context.WebSockets.WebSocketRequestedProtocols.Contains(SubProtocol);
        if (!context.WebSockets.IsWebSocketRequest || !asksForMqtt)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        if (!IsSameOrigin(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(SubProtocol).ConfigureAwait(false);
        using var stream = new WebSocketByteStream(socket);
        var pipe = new WebSocketPipe(PipeReader.Create(stream), PipeWriter.Create(stream));
        var peer = context.Connection.RemoteIpAddress is { } address ? new IPEndPoint(address, context.Connection.RemotePort) : null;
        var transport = new MqttTransport(pipe, MqttListener.WebSocket, peer, context.Abort, context.RequestAborted);
        using var connection = new MqttConnection(transport, tls.Certificate, services);
        await connection.RunAsync().ConfigureAwait(false);
        await CloseAsync(socket).ConfigureAwait(false);
    }

    /// <summary>A browser names the page that opens the socket; another site's page must not speak with a device's certificate.</summary>
    private static bool IsSameOrigin(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || string.Equals(origin, $"https://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);
    }

    private async Task CloseAsync(WebSocket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), services.Time);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, patience.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is WebSocketException || MqttOutput.IsTransportGone(exception))
        {
            // The client left first.
        }
    }

    private sealed class WebSocketPipe(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
