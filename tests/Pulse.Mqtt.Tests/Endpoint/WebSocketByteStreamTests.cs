using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;

namespace Pulse.Mqtt.Tests.Endpoint;

[SuppressMessage("Performance", "CA1835:Prefer the memory-based overloads", Justification = "The old overloads are what is tested.")]
[SuppressMessage("Reliability", "CA2022:Avoid inexact read", Justification = "What one read gives is what is tested.")]
[SuppressMessage("Performance", "CA1849:Call async methods when in an async method", Justification = "As above.")]
public sealed class WebSocketByteStreamTests : IDisposable
{
    private readonly FakeWebSocket _socket = new();
    private readonly WebSocketByteStream _stream;
    private readonly byte[] _buffer = new byte[8];

    public WebSocketByteStreamTests() => _stream = new WebSocketByteStream(_socket);

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    [Fact]
    public async Task Bytes_come_without_regard_to_messages_and_empty_ones_are_no_end()
    {
        _socket.Incoming.Enqueue((WebSocketMessageType.Binary, [1, 2]));
        _socket.Incoming.Enqueue((WebSocketMessageType.Binary, []));
        _socket.Incoming.Enqueue((WebSocketMessageType.Binary, [3]));

        Assert.Equal(2, await _stream.ReadAsync(_buffer));
        Assert.Equal(1, await _stream.ReadAsync(_buffer, 2, 3, CancellationToken.None));
        Assert.Equal([1, 2, 3], _buffer[..3]);
        Assert.Equal(0, await _stream.ReadAsync(_buffer));
    }

    [Fact]
    public async Task A_text_message_is_an_error()
    {
        _socket.Incoming.Enqueue((WebSocketMessageType.Text, "a"u8.ToArray()));

        await Assert.ThrowsAsync<IOException>(async () => await _stream.ReadAsync(_buffer));
    }

    [Fact]
    public async Task What_is_written_goes_out_in_binary_messages()
    {
        await _stream.WriteAsync(new byte[] { 1, 2 });
        await _stream.WriteAsync([3, 4, 5], 1, 2, CancellationToken.None);
        await _stream.FlushAsync();
        _stream.Flush();

        Assert.All(_socket.Sent, static message => Assert.Equal((WebSocketMessageType.Binary, true), (message.Type, message.IsWhole)));
        Assert.Equal([[1, 2], [4, 5]], _socket.Sent.Select(static message => message.Bytes));
    }

    [Fact]
    public async Task A_socket_that_is_gone_is_an_IO_error_in_both_directions()
    {
        _socket.Failure = new WebSocketException("gone");

        Assert.Same(_socket.Failure, (await Assert.ThrowsAsync<IOException>(async () => await _stream.ReadAsync(_buffer))).InnerException);
        Assert.Same(_socket.Failure, (await Assert.ThrowsAsync<IOException>(async () => await _stream.WriteAsync(new byte[1]))).InnerException);
    }

    [Fact]
    public void It_reads_and_writes_and_does_nothing_else()
    {
        Assert.Equal((true, true, false), (_stream.CanRead, _stream.CanWrite, _stream.CanSeek));
        Assert.Throws<NotSupportedException>(() => _stream.Length);
        Assert.Throws<NotSupportedException>(() => _stream.Position);
        Assert.Throws<NotSupportedException>(() => _stream.Position = 1);
        Assert.Throws<NotSupportedException>(() => _stream.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => _stream.SetLength(1));
        Assert.Throws<NotSupportedException>(() => _stream.Read(_buffer, 0, 1));
        Assert.Throws<NotSupportedException>(() => _stream.Write(_buffer, 0, 1));
    }
}
