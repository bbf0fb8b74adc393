using System.Net.WebSockets;

namespace Pulse.Mqtt.Tests.Endpoint;

/// <summary>A WebSocket whose messages the test writes down beforehand.</summary>
internal sealed class FakeWebSocket : WebSocket
{
    private WebSocketState _state = WebSocketState.Open;

    public Queue<(WebSocketMessageType Type, byte[] Bytes)> Incoming { get; } = new();

    public List<(WebSocketMessageType Type, byte[] Bytes, bool IsWhole)> Sent { get; } = [];

    /// <summary>Thrown by the next call.</summary>
    public Exception? Failure { get; set; }

    public WebSocketCloseStatus? ClosedWith { get; private set; }

    public override WebSocketCloseStatus? CloseStatus => null;

    public override string? CloseStatusDescription => null;

    public override WebSocketState State => _state;

    public override string? SubProtocol => "mqtt";

    public void Become(WebSocketState state) => _state = state;

    public override void Abort() => _state = WebSocketState.Aborted;

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        ClosedWith = closeStatus;
        return Failure is null ? Task.CompletedTask : Task.FromException(Failure);
    }

    public override void Dispose() => _state = WebSocketState.Closed;

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        var result = await ReceiveAsync(buffer.AsMemory(), cancellationToken);
        return new WebSocketReceiveResult(result.Count, result.MessageType, result.EndOfMessage);
    }

    public override ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (Failure is not null)
        {
            return ValueTask.FromException<ValueWebSocketReceiveResult>(Failure);
        }

        var (type, bytes) = Incoming.TryDequeue(out var next) ? next : (WebSocketMessageType.Close, []);
        bytes.CopyTo(buffer);
        return ValueTask.FromResult(new ValueWebSocketReceiveResult(bytes.Length, type, endOfMessage: true));
    }

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        Sent.Add((messageType, buffer.ToArray(), endOfMessage));
        return Failure is null ? Task.CompletedTask : Task.FromException(Failure);
    }
}
