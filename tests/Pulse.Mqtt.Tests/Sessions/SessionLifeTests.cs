using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Pulse.Mqtt.Tests.Sessions;

/// <summary>How sessions end: by silence, take-over, order from outside and the host's stop; and what is still finished then.</summary>
public sealed class SessionLifeTests : IAsyncLifetime
{
    private const string Ack = "tenant/t1/device/d1/commands/ack";

    private EndpointWorld _world = null!;
    private MetricCollector<long> _ended = null!;

    public async Task InitializeAsync()
    {
        _world = await EndpointWorld.StartAsync(static options => options.MaxInFlightPerConnection = 1);
        _ended = _world.Collect<long>("pulse.mqtt.connections.ended");
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(60, 90)]
    [InlineData(0, 450)]
    public async Task Silence_of_one_and_a_half_keep_alives_ends_the_session(ushort keepAlive, int seconds)
    {
        var client = await _world.DeviceAsync(keepAlive: keepAlive);
        _world.Time.Advance(TimeSpan.FromSeconds(seconds));
        await client.NothingAsync();
        _world.Time.Advance(TimeSpan.FromSeconds(seconds) + TimeSpan.FromTicks(1));
        client.Connection.CheckLiveness();

        Assert.Equal("E0018D", await client.ReceiveAsync());
        await client.EndsAsync();
        Assert.Equal("keep_alive", Assert.Single(_ended.GetMeasurementSnapshot()).Tags["reason"]);
    }

    [Fact]
    public async Task The_sweep_looks_every_second()
    {
        var client = await _world.DeviceAsync();
        _world.Time.Advance(TimeSpan.FromSeconds(91));

        Assert.Equal("E0018D", await client.ReceiveAsync());
    }

    [Fact]
    public async Task A_device_that_waits_for_its_acknowledgements_is_not_silent()
    {
        var client = await _world.DeviceAsync();
        _world.Seams.Hold();
        await client.SendAsync(Packets.Publish(Ack, "{}"u8, packetId: 1), Packets.Publish(Ack, "{}"u8, packetId: 2));
        await _world.EventuallyAsync(() => IsPaused(client));
        _world.Time.Advance(TimeSpan.FromMinutes(10));
        client.Connection.CheckLiveness();
        _world.Seams.Release();

        Assert.Equal("40020001", await client.ReceiveAsync());
        Assert.Equal("40020002", await client.ReceiveAsync());
        await client.NothingAsync();
    }

    [Fact]
    public async Task A_second_connection_takes_over_and_the_first_is_told()
    {
        var first = await _world.DeviceAsync();
        var second = await _world.DeviceAsync();

        Assert.Equal("E0018E", await first.ReceiveAsync());
        await first.EndsAsync();
        await second.NothingAsync();
        Assert.Same(second.Connection, _world.Connections.Find("t1:d1"));
        Assert.Equal("taken_over", Assert.Single(_ended.GetMeasurementSnapshot()).Tags["reason"]);
    }

    [Fact]
    public async Task Ending_the_sessions_of_a_device_tells_it_and_forgets_what_was_known()
    {
        var client = await _world.DeviceAsync();
        await _world.Get<RegistryCache>().GetAsync(TestDevices.Key(), CancellationToken.None);
        var control = _world.Get<ISessionControl>();

        Assert.Equal(1, await control.EndSessionsAsync(TestDevices.Key(), SessionEndReason.CertificateRevoked));

        Assert.Equal("E00198", await client.ReceiveAsync());
        await client.EndsAsync();
        Assert.False(_world.Get<RegistryCache>().TryGet(TestDevices.Key(), out _));
        Assert.Equal("administrative", Assert.Single(_ended.GetMeasurementSnapshot()).Tags["reason"]);
        Assert.Contains(_world.Log.GetSnapshot(), static entry => entry.Id.Id == 3017);
        Assert.Equal(0, await control.EndSessionsAsync(TestDevices.Key(), SessionEndReason.CertificateRevoked));
        Assert.False(client.IsAborted);
    }

    [Fact]
    public async Task A_device_without_a_session_is_forgotten_too()
    {
        await _world.Get<RegistryCache>().GetAsync(TestDevices.Key(), CancellationToken.None);

        Assert.Equal(0, await _world.Get<ISessionControl>().EndSessionsAsync(TestDevices.Key(), SessionEndReason.DeviceDisabled));
        Assert.False(_world.Get<RegistryCache>().TryGet(TestDevices.Key(), out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_host_that_stops_acknowledges_what_it_read_and_says_goodbye(bool isVersion5)
    {
        var client = await _world.DeviceAsync(isVersion5: isVersion5);
        _world.Seams.Hold();
        await client.SendAsync(Packets.Publish(Ack, "{}"u8, isVersion5: isVersion5));
        await client.NothingAsync();
        _world.StopHost();
        Assert.False(client.Run.IsCompleted);
        _world.Seams.Release();

        Assert.Equal("40020001", await client.ReceiveAsync());
        Assert.Equal(isVersion5 ? "E0018B" : string.Empty, await client.ReceiveAsync());
        Assert.Equal("shutdown", Assert.Single(_ended.GetMeasurementSnapshot()).Tags["reason"]);
    }

    [Fact]
    public async Task The_host_that_stops_waits_ten_seconds_for_a_sink()
    {
        var client = await _world.DeviceAsync();
        _world.Seams.Hold();
        await client.SendAsync(Packets.Publish(Ack, "{}"u8));
        await client.NothingAsync();
        _world.StopHost();
        await _world.AdvanceUntilAsync(() => client.Run.IsCompleted);

        Assert.Equal("E0018B", await client.ReceiveAsync());
    }

    [Fact]
    public async Task What_a_device_sent_before_it_left_is_stored()
    {
        var client = await _world.DeviceAsync();
        _world.Seams.Hold();
        await client.SendAsync(Packets.Publish(Ack, "{}"u8, quality: 0));
        await client.LeaveAsync();
        await client.Run.WaitAsync(EndpointWorld.Patience);
        _world.Seams.Release();

        await _world.EventuallyAsync(() => _world.Seams.Messages.Count == 1);
        Assert.Empty(_world.Connections.All);
        Assert.Empty(_ended.GetMeasurementSnapshot());
    }

    [Fact]
    public async Task A_device_that_left_while_its_message_waits_is_given_up_ten_seconds_later()
    {
        var client = await _world.DeviceAsync();
        _world.Seams.Hold();
        await client.SendAsync(Packets.Publish(Ack, "{}"u8, packetId: 1), Packets.Publish(Ack, "{}"u8, packetId: 2));
        await _world.EventuallyAsync(() => IsPaused(client));
        await client.LeaveAsync();
        _world.Time.Advance(TimeSpan.FromSeconds(10));
        client.Connection.CheckLiveness();
        Assert.False(client.Run.IsCompleted);
        _world.Time.Advance(TimeSpan.FromTicks(1));
        client.Connection.CheckLiveness();

        await client.Run.WaitAsync(EndpointWorld.Patience);
        Assert.Equal("left", Assert.Single(_ended.GetMeasurementSnapshot()).Tags["reason"]);
    }

    [Fact]
    public async Task A_backlog_without_a_registry_is_abandoned_ten_seconds_after_its_connection()
    {
        using var abandoned = _world.Collect<long>("pulse.mqtt.messages.abandoned");
        var client = await _world.DeviceAsync();
        _world.Seams.IsRegistryDown = true;
        await client.SendAsync(Packets.Publish(Ack, "{}"u8, quality: 0));
        await client.NothingAsync();
        await client.LeaveAsync();
        await client.Run.WaitAsync(EndpointWorld.Patience);
        await _world.AdvanceUntilAsync(() => abandoned.LastMeasurement is not null);

        Assert.Equal(1, abandoned.LastMeasurement!.Value);
        Assert.Empty(_world.Seams.Messages);
    }

    [Fact]
    public async Task Only_the_first_reason_to_end_counts()
    {
        var client = await _world.DeviceAsync();
        client.Connection.End(MQTTnet.Protocol.MqttDisconnectReasonCode.NotAuthorized, "first");
        client.Connection.End(MQTTnet.Protocol.MqttDisconnectReasonCode.ServerBusy, "second");

        Assert.Equal("E00187", await client.ReceiveAsync());
        Assert.Equal("first", Assert.Single(_ended.GetMeasurementSnapshot()).Tags["reason"]);
        Assert.False(client.Connection.MayReceive("tenant/t1/device/d1/commands"));
    }

    [Fact]
    public void Places_are_counted_and_given_back()
    {
        using var refused = _world.Collect<long>("pulse.mqtt.connections.refused");
        for (var i = 0; i < 10_000; i++)
        {
            Assert.True(_world.Connections.TryEnter());
        }

        Assert.False(_world.Connections.TryEnter());
        Assert.False(_world.Connections.TryEnter());
        Assert.All(refused.GetMeasurementSnapshot(), static refusal => Assert.Equal("too_many_connections", refusal.Tags["reason"]));
        _world.Connections.Leave();
        Assert.True(_world.Connections.TryEnter());
        Assert.False(_world.Connections.TryEnter());
    }

    private static bool IsPaused(WireClient client) => client.Connection.IsPaused;
}
