using MQTTnet.Packets;

namespace Pulse.Mqtt.Tests.Sessions;

/// <summary>A service's PUBLISH: routed to subscribers by the ACL, never to the pipeline.</summary>
public sealed class ServicePublishTests : IAsyncLifetime
{
    private const string Commands = "tenant/t1/device/d1/commands";

    private EndpointWorld _world = null!;

    public async Task InitializeAsync() => _world = await EndpointWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(Commands, "routed", null)]
    [InlineData("tenant/t1/device/d1/telemetry", "denied", "87")]
    [InlineData("$CONTROL/x", "denied", "90")]
    [InlineData("a/+", "denied", "90")]
    [InlineData("a\u0001", "denied", "90")]
    public async Task A_message_is_routed_or_denied_by_the_ACL(string topic, string outcome, string? code)
    {
        using var messages = _world.Collect<long>("pulse.mqtt.service.messages");
        var client = await _world.ServiceAsync();
        await client.SendAsync(Packets.Publish(topic, "go"u8, packetId: 6));

        var answer = await client.ReceiveAsync();

        Assert.True(code is null ? answer[4..8] == "0006" : answer == $"40030006{code}", answer);
        Assert.Equal(outcome, Assert.Single(messages.GetMeasurementSnapshot()).Tags["outcome"]);
        Assert.Empty(_world.Seams.Messages);
    }

    [Fact]
    public async Task A_denied_message_of_version_3_is_acknowledged_without_a_reason()
    {
        var client = await _world.ServiceAsync(isVersion5: false);
        await client.SendAsync(Packets.Publish("other", "go"u8, packetId: 6, isVersion5: false));

        Assert.Equal("40020006", await client.ReceiveAsync());
    }

    [Fact]
    public async Task A_denied_message_of_quality_0_is_dropped_without_a_word()
    {
        var client = await _world.ServiceAsync();
        await client.SendAsync(Packets.Publish("other", "go"u8, quality: 0));

        await client.NothingAsync();
    }

    [Theory]
    [InlineData(0x9B, 2, "")] // quality of service 2
    [InlineData(0x94, 1, "230001")] // a topic alias
    [InlineData(0x81, 1, "0102")] // a payload format that does not exist
    public async Task What_was_never_agreed_on_ends_the_connection(byte code, int quality, string properties)
    {
        var client = await _world.ServiceAsync();
        await client.SendAsync(Packets.Publish(Commands, "go"u8, quality: quality, properties: properties));

        Assert.Equal($"E001{code:X2}", await client.ReceiveAsync());
    }

    [Fact]
    public async Task An_alias_in_the_place_of_the_topic_is_an_alias()
    {
        var client = await _world.ServiceAsync();
        await client.SendAsync(Packets.Publish("", "go"u8, properties: "230001"));

        Assert.Equal("E00194", await client.ReceiveAsync());
    }

    [Fact]
    public async Task A_topic_that_is_none_ends_the_connection()
    {
        var client = await _world.ServiceAsync();
        await client.SendAsync(Packets.Publish("\0", "go"u8));

        Assert.Equal("E00181", await client.ReceiveAsync());
    }

    [Theory]
    [InlineData(12_288, true)]
    [InlineData(12_289, false)]
    public async Task A_message_has_its_size(int length, bool isTaken)
    {
        var client = await _world.ServiceAsync();
        await client.SendAsync(Packets.Publish(Commands, new byte[length - Commands.Length - 5]));

        Assert.Equal(isTaken ? "40" : "E0", (await client.ReceiveAsync())[..2]);
    }

    [Fact]
    public async Task The_retain_flag_is_ignored_and_counted()
    {
        using var ignored = _world.Collect<long>("pulse.mqtt.messages.retain_ignored");
        var (device, service) = (await _world.DeviceAsync(), await _world.ServiceAsync());
        await service.SendAsync(Packets.Publish(Commands, "kept?"u8, isRetain: true));
        await service.ReceiveAsync();
        await device.SendAsync(Packets.Subscribe(1, (Commands, 0)));
        await device.ReceiveAsync<MqttSubAckPacket>();

        await device.NothingAsync();
        Assert.Equal(1, Assert.Single(ignored.GetMeasurementSnapshot()).Value);
    }
}
