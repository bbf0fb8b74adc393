using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Pulse.Mqtt.Tests.Sessions;

namespace Pulse.Mqtt.Tests.Endpoint;

/// <summary>Which transports are served, and how many.</summary>
public sealed class MqttDoorTests : IAsyncLifetime
{
    private EndpointWorld _world = null!;

    private MqttDoor Door => _world.Get<MqttDoor>();

    public async Task InitializeAsync() => _world = await EndpointWorld.StartAsync(static options => options.MaxConnections = 1);

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_transport_without_a_place_is_cut_before_its_handshake()
    {
        var entered = new TaskCompletionSource();
        var first = new FakeTransport();
        var second = new FakeTransport();
        var serving = Door.LimitAsync(_ => entered.Task, first, MqttListener.Device);

        await Door.LimitAsync(static _ => throw new InvalidOperationException("It must not get here."), second, MqttListener.Device);

        Assert.True(second.IsAborted);
        Assert.False(first.IsAborted);
        Assert.Equal(MqttListener.Device, first.Features.Get<MqttListenerFeature>()!.Listener);
        entered.SetResult();
        await serving;
        await Door.LimitAsync(static _ => Task.CompletedTask, first, MqttListener.WebSocket);
        Assert.Equal(MqttListener.WebSocket, first.Features.Get<MqttListenerFeature>()!.Listener);
    }

    [Fact]
    public async Task A_handshake_that_fails_gives_its_place_back()
    {
        var transport = new FakeTransport();

        await Assert.ThrowsAsync<IOException>(() => Door.LimitAsync(static _ => throw new IOException("gone"), transport, MqttListener.Device));

        Assert.True(_world.Connections.TryEnter());
    }

    [Fact]
    public async Task The_device_listener_serves_nobody_without_a_proven_certificate()
    {
        var transport = new FakeTransport();

        await Door.ServeAsync(transport, MqttListener.Device);

        Assert.True(transport.IsAborted);
    }

    [Fact]
    public async Task A_device_is_served_by_its_certificate()
    {
        var transport = new FakeTransport();
        transport.Features.Set(new DeviceTlsFeature(TestDevices.Identity().Certificate));
        var serving = Door.ServeAsync(transport, MqttListener.Device);
        await transport.Client.Output.WriteAsync(Packets.Connect(clientId: "t1:d1"));
        await transport.Client.Input.ReadAsync();

        Assert.NotNull(_world.Connections.Find("t1:d1"));
        await transport.Client.Output.CompleteAsync();
        await serving.WaitAsync(EndpointWorld.Patience);
        Assert.False(transport.IsAborted);
    }

    [Fact]
    public async Task A_service_is_served_by_its_password_whatever_certificate_it_has()
    {
        var transport = new FakeTransport();
        transport.Features.Set(new DeviceTlsFeature(TestDevices.Identity().Certificate));
        var serving = Door.ServeAsync(transport, MqttListener.Service);
        await transport.Client.Output.WriteAsync(Packets.Connect(clientId: "c", user: "svc", password: "right"));
        await transport.Client.Input.ReadAsync();

        Assert.NotNull(_world.Connections.Find("s/3/svc/c"));
        await transport.Client.Output.CompleteAsync();
        await serving.WaitAsync(EndpointWorld.Patience);
    }

    private sealed class FakeTransport : DefaultConnectionContext
    {
        private readonly Pipe _up = new();
        private readonly Pipe _down = new();

        public FakeTransport()
        {
            Transport = new Ends(_up.Reader, _down.Writer);
            Client = new Ends(_down.Reader, _up.Writer);
        }

        public Ends Client { get; }

        public bool IsAborted { get; private set; }

        public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;

    }

    public sealed class Ends(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
