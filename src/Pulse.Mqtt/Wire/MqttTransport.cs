using System.IO.Pipelines;
using System.Net;

namespace Pulse.Mqtt;

/// <summary>A connection's bytes, whether they come from TCP or a WebSocket.</summary>
/// <param name="Pipe">Both directions.</param>
/// <param name="Listener">Where it came in.</param>
/// <param name="RemoteEndPoint">The peer.</param>
/// <param name="Abort">Cuts it at once.</param>
/// <param name="Closed">Fires when the transport is gone.</param>
internal sealed record MqttTransport(
    IDuplexPipe Pipe, MqttListener Listener, EndPoint? RemoteEndPoint, Action Abort, CancellationToken Closed);
