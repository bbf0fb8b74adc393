using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Pulse.Mqtt.Tests.Sessions;

/// <summary>What becomes of each kind of packet after CONNECT.</summary>
public sealed class PacketTests : IAsyncLifetime
{
    private EndpointWorld _world = null!;

    public async Task InitializeAsync() => _world = await EndpointWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData("0000", 0x81)] // no packet type
    [InlineData("30FFFFFFFF01", 0x81)] // a length of five bytes
    [InlineData("8003000100", 0x81)] // SUBSCRIBE without its flag
    [InlineData("C100", 0x81)] // PINGREQ with a flag
    [InlineData("A003000100", 0x81)] // UNSUBSCRIBE without its flag
    [InlineData("82050001000001", 0x81)] // a filter that ends early
    [InlineData("C00100", 0x82)] // PINGREQ with a body
    [InlineData("100000", 0x82)] // a second CONNECT
    [InlineData("F000", 0x82)] // AUTH
    [InlineData("62020001", 0x82)] // PUBREL: quality of service 2 was never agreed on
    [InlineData("50020001", 0x82)] // PUBREC
    [InlineData("9003000100", 0x82)] // SUBACK is a server's to send
    [InlineData("D000", 0x82)] // PINGRESP
    [InlineData("820300010000", 0x82)] // SUBSCRIBE without filters
    [InlineData("8206000000000161", 0x81)] // ends before the options
    [InlineData("820700000000016100", 0x82)] // packet identifier 0
    [InlineData("4081808001", 0x95)] // PUBACK of 2 MiB
    public async Task What_breaks_the_protocol_ends_the_connection_with_its_reason(string hex, byte reason)
    {
        using var ended = _world.Collect<long>("pulse.mqtt.connections.ended");
        var client = await _world.DeviceAsync();
        await client.SendAsync(hex);

        Assert.Equal($"E001{reason:X2}", await client.ReceiveAsync());
        await client.EndsAsync();
        Assert.Equal("protocol", Assert.Single(ended.GetMeasurementSnapshot()).Tags["reason"]);
        Assert.Empty(_world.Connections.All);
    }

    [Fact]
    public async Task Version_3_has_no_words_for_it()
    {
        var client = await _world.DeviceAsync(isVersion5: false);
        await client.SendAsync("F000");

        await client.EndsAsync();
    }

    [Fact]
    public async Task A_ping_is_answered()
    {
        var client = await _world.DeviceAsync();
        await client.SendAsync(Packets.PingRequest + Packets.PingRequest);

        Assert.Equal(Packets.PingResponse, await client.ReceiveAsync());
        Assert.Equal(Packets.PingResponse, await client.ReceiveAsync());
    }

    [Theory]
    [InlineData(true, "E000")]
    [InlineData(true, "E00100")]
    [InlineData(true, "E00104")]
    [InlineData(false, "E000")]
    public async Task Who_says_goodbye_is_told_nothing_and_let_go(bool isVersion5, string hex)
    {
        using var ended = _world.Collect<long>("pulse.mqtt.connections.ended");
        using var open = _world.Collect<long>("pulse.mqtt.connections");
        var client = await _world.DeviceAsync(isVersion5: isVersion5);
        await client.SendAsync(hex);

        await client.EndsAsync();
        Assert.Empty(ended.GetMeasurementSnapshot());
        Assert.Empty(_world.Connections.All);
        Assert.Equal([(1, "Device"), (-1, "Device")], open.GetMeasurementSnapshot().Select(static change => (change.Value, change.Tags["listener"])));
    }

    [Fact]
    public async Task An_unsubscription_is_answered_and_the_next_question_taken()
    {
        var client = await _world.DeviceAsync();
        foreach (var id in new ushort[] { 1, 2, 3 })
        {
            await client.SendAsync(Packets.Unsubscribe(id, "tenant/t1/device/d1/commands"));
            Assert.Equal(id, (await client.ReceiveAsync<MqttUnsubAckPacket>()).PacketIdentifier);
        }
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public async Task A_SUBSCRIBE_has_its_number_of_filters(int count, bool isTaken)
    {
        var client = await _world.DeviceAsync();
        await client.SendAsync(Packets.Subscribe(1, [.. Enumerable.Range(0, count).Select(static number => ($"a/{number}", (byte)0))]));

        if (isTaken)
        {
            Assert.Equal(Enumerable.Repeat(MqttSubscribeReasonCode.NotAuthorized, count), (await client.ReceiveAsync<MqttSubAckPacket>()).ReasonCodes);
        }
        else
        {
            Assert.Equal("E00182", await client.ReceiveAsync());
        }
    }

    [Theory]
    [InlineData(16 * 1024, true)]
    [InlineData((16 * 1024) + 1, false)]
    public async Task A_SUBSCRIBE_has_its_size(int length, bool isTaken)
    {
        var client = await _world.DeviceAsync();
        var packet = Packets.Subscribe(1, (new string('a', length - 6), 0));
        await client.SendAsync(packet);

        Assert.Equal(isTaken ? "90" : "E0", (await client.ReceiveAsync())[..2]);
    }

    [Fact]
    public async Task A_packet_may_come_byte_by_byte()
    {
        var client = await _world.DeviceAsync();
        foreach (var octet in Packets.Publish("tenant/t1/device/d1/commands/ack", "{}"u8, packetId: 7))
        {
            await client.SendAsync([octet]);
        }

        Assert.Equal("40020007", await client.ReceiveAsync());
    }
}
