using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Pulse.Mqtt.Tests.Sessions;

namespace Pulse.Mqtt.Tests.Endpoint;

/// <summary>Which requests of the WebSocket listener become connections.</summary>
public sealed class MqttWebSocketsTests : IAsyncLifetime
{
    private readonly FakeWebSocket _socket = new();
    private readonly DefaultHttpContext _context = new();
    private readonly StubFeature _feature;
    private EndpointWorld _world = null!;

    public MqttWebSocketsTests()
    {
        _feature = new StubFeature(_socket);
        _context.Features.Set<IHttpWebSocketFeature>(_feature);
        _context.Features.Set(new DeviceTlsFeature(TestDevices.Identity().Certificate));
        _context.Request.Host = new HostString("mqtt.example:9001");
        _context.Request.Headers.SecWebSocketProtocol = "other, mqtt";
    }

    public async Task InitializeAsync() => _world = await EndpointWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("https://mqtt.example:9001")]
    [InlineData("HTTPS://MQTT.EXAMPLE:9001")]
    public async Task A_device_speaks_MQTT_in_binary_messages(string origin)
    {
        _context.Request.Headers.Origin = origin;
        _socket.Incoming.Enqueue((WebSocketMessageType.Binary, Packets.Connect(isVersion5: false, clientId: "t1:d1")));
        _socket.Incoming.Enqueue((WebSocketMessageType.Binary, Convert.FromHexString(Packets.PingRequest)));

        await ServeAsync();

        Assert.Equal("mqtt", _feature.SubProtocol);
        Assert.Equal("20020000" + Packets.PingResponse, Convert.ToHexString([.. _socket.Sent.SelectMany(static message => message.Bytes)]));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, _socket.ClosedWith);
        Assert.Empty(_world.Connections.All);
    }

    [Theory]
    [InlineData(WebSocketState.CloseReceived, true)]
    [InlineData(WebSocketState.Closed, false)]
    [InlineData(WebSocketState.Aborted, false)]
    public async Task A_socket_is_closed_unless_it_is_already(WebSocketState state, bool isClosed)
    {
        _socket.Become(state);

        await ServeAsync();

        Assert.Equal(isClosed, _socket.ClosedWith is not null);
    }

    [Fact]
    public async Task A_client_that_left_first_is_no_error()
    {
        _socket.Failure = new WebSocketException("gone");

        await ServeAsync();

        Assert.Equal(WebSocketCloseStatus.NormalClosure, _socket.ClosedWith);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://mqtt.example:9001")]
    [InlineData("https://mqtt.example:9002")]
    [InlineData("null")]
    public async Task Another_sites_page_does_not_speak_with_a_devices_certificate(string origin)
    {
        _context.Request.Headers.Origin = origin;

        await ServeAsync();

        AssertRefused(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Without_a_proven_certificate_there_is_no_connection()
    {
        _context.Features.Set<DeviceTlsFeature>(null);

        await ServeAsync();

        AssertRefused(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData(false, "mqtt")]
    [InlineData(true, "other")]
    [InlineData(true, "")]
    public async Task What_does_not_ask_for_MQTT_is_a_bad_request(bool isWebSocket, string protocols)
    {
        _feature.IsWebSocketRequest = isWebSocket;
        _context.Request.Headers.SecWebSocketProtocol = protocols;

        await ServeAsync();

        AssertRefused(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(1, true)]
    [InlineData(null, true)]
    public async Task Only_the_WebSocket_listener_is_answered_and_nothing_of_it_reaches_the_application(int? listener, bool reaches)
    {
        var services = new ServiceCollection().AddSingleton(_world.Get<MqttWebSockets>()).AddLogging().AddOptions().BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        var hasReached = false;
        Assert.Same(app, app.UsePulseMqttWebSockets());
        app.Run(_ =>
        {
            hasReached = true;
            return Task.CompletedTask;
        });
        _context.Features.Set<DeviceTlsFeature>(null);
        _context.Features.Set(listener is { } known ? new MqttListenerFeature((MqttListener)known) : null);

        await app.Build()(_context);

        Assert.Equal(reaches, hasReached);
        Assert.Equal(reaches ? 200 : 403, _context.Response.StatusCode);
    }

    private Task ServeAsync() => _world.Get<MqttWebSockets>().ServeAsync(_context).WaitAsync(EndpointWorld.Patience);

    private void AssertRefused(HttpStatusCode status)
    {
        Assert.Equal((int)status, _context.Response.StatusCode);
        Assert.Null(_feature.SubProtocol);
    }

    private sealed class StubFeature(WebSocket socket) : IHttpWebSocketFeature
    {
        public bool IsWebSocketRequest { get; set; } = true;

        public string? SubProtocol { get; private set; }

        public Task<WebSocket> AcceptAsync(WebSocketAcceptContext context)
        {
            SubProtocol = context.SubProtocol;
            return Task.FromResult(socket);
        }
    }
}
