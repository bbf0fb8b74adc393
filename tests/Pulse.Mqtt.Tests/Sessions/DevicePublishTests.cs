using System.Security.Cryptography;
using System.Text;

namespace Pulse.Mqtt.Tests.Sessions;

/// <summary>A device's PUBLISH, from the bytes to the commit and its PUBACK.</summary>
public sealed class DevicePublishTests : IAsyncLifetime
{
    private const string Telemetry = "tenant/t1/device/d1/telemetry";
    private const string Ack = "tenant/t1/device/d1/commands/ack";

    // Two bytes of the topic's length, the topic, two of the packet identifier, one of the properties' length.
    private static readonly int HeaderLength = 5 + Telemetry.Length;

    private EndpointWorld _world = null!;

    public async Task InitializeAsync() => _world = await EndpointWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_is_acknowledged_once_it_is_committed(bool isVersion5)
    {
        const string Payload = """{"version":"1","ts":"2026-01-01T00:00:00Z","seq":7,"metrics":{"on":true}}""";
        var client = await _world.DeviceAsync(isVersion5: isVersion5);
        _world.Seams.Hold();
        await client.SendAsync(Packets.Publish(Telemetry, Encoding.UTF8.GetBytes(Payload), packetId: 5, isVersion5: isVersion5));
        await client.NothingAsync();
        _world.Seams.Release();

        Assert.Equal("40020005", await client.ReceiveAsync());
        var message = Assert.Single(_world.Seams.Messages);
        Assert.Equal((TestDevices.Key(), IngestKind.Telemetry, EndpointWorld.Now), (message.Device, message.Kind, message.ReceivedAt));
        Assert.Equal((new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), 7L, "north"), (message.Timestamp, message.Sequence, message.SiteId));
        Assert.Equal(Payload, Encoding.UTF8.GetString(message.Payload.Span));
        Assert.Equal(EndpointWorld.Now, new DateTimeOffset(DateTime.UnixEpoch.AddMilliseconds(Convert.ToInt64(message.Id.ToString("N")[..12], 16)), TimeSpan.Zero));
    }

    [Fact]
    public async Task A_message_of_quality_0_is_stored_and_not_acknowledged()
    {
        var client = await _world.DeviceAsync();
        await client.SendAsync(Packets.Publish(Ack, "{}"u8, quality: 0), Packets.Publish(Ack, "{}"u8, packetId: 2));

        Assert.Equal("40020002", await client.ReceiveAsync());
        Assert.Equal(2, _world.Seams.Messages.Count);
    }

    [Theory]
    [InlineData("tenant/t2/device/d1/telemetry", "{}", IngestRefusal.IdentityMismatch, 0x87, null)]
    [InlineData("tenant/t1/device/d2/telemetry", "{}", IngestRefusal.IdentityMismatch, 0x87, null)]
    [InlineData("a/b", "{}", IngestRefusal.TopicInvalid, 0x90, null)]
    [InlineData("tenant/t1/device/d1/heartbeat", "{}", IngestRefusal.AclDenied, 0x87, null)]
    [InlineData(Ack, "[]", IngestRefusal.JsonInvalid, 0x99, "")]
    [InlineData(Telemetry, "{}", IngestRefusal.EnvelopeInvalid, 0x99, "version is missing")]
    public async Task A_refused_message_is_quarantined_then_acknowledged_with_its_reason(string topic, string payload, IngestRefusal reason, byte code, string? detail)
    {
        using var messages = _world.Collect<long>("pulse.mqtt.messages");
        var client = await _world.DeviceAsync();
        await client.SendAsync(Packets.Publish(topic, Encoding.UTF8.GetBytes(payload), packetId: 3));

        Assert.Equal($"40030003{code:X2}", await client.ReceiveAsync());
        var record = Assert.Single(_world.Seams.Quarantined);
        Assert.Equal((TestDevices.Key(), topic, reason, EndpointWorld.Now), (record.Device, record.Topic, record.Reason, record.ReceivedAt));
        Assert.Equal((payload.Length, payload), (record.PayloadLength, Encoding.UTF8.GetString(record.PayloadHead.Span)));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(payload))), record.PayloadSha256);
        Assert.True(detail is null ? record.Detail is null : record.Detail!.Contains(detail, StringComparison.Ordinal));
        Assert.Equal(("quarantined", reason.ToString()), (messages.LastMeasurement!.Tags["outcome"], messages.LastMeasurement.Tags["reason"]));
        Assert.Empty(_world.Seams.Messages);
    }

    [Theory]
    [InlineData(8192, IngestRefusal.JsonInvalid, 0x99)]
    [InlineData(8193, IngestRefusal.PayloadTooLarge, 0x97)]
    [InlineData(12_288 - 34, IngestRefusal.PayloadTooLarge, 0x97)] // the last that is read whole
    [InlineData(12_289 - 34, IngestRefusal.PayloadTooLarge, 0x97)] // the first that is passed over
    [InlineData((1024 * 1024) - 34, IngestRefusal.PayloadTooLarge, 0x97)]
    public async Task A_payload_that_is_too_long_is_passed_over_and_kept_as_a_digest(int length, IngestRefusal reason, byte code)
    {
        Assert.Equal(34, HeaderLength);
        var payload = Enumerable.Range(0, length).Select(static index => (byte)('a' + (index % 23))).ToArray();
        var client = await _world.DeviceAsync();
        await client.SendAsync(Packets.Publish(Telemetry, payload, packetId: 3), Packets.Publish(Ack, "{}"u8, packetId: 4));

        Assert.Equal($"40030003{code:X2}", await client.ReceiveAsync());
        Assert.Equal("40020004", await client.ReceiveAsync());
        var record = Assert.Single(_world.Seams.Quarantined);
        Assert.Equal((reason, length, Telemetry), (record.Reason, record.PayloadLength, record.Topic));
        Assert.Equal(payload[..1024], record.PayloadHead.ToArray());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(payload)), record.PayloadSha256);
    }

    [Fact]
    public async Task Another_devices_topic_is_refused_as_such_however_long_the_payload()
    {
        var client = await _world.DeviceAsync();
        await client.SendAsync(Packets.Publish("tenant/t1/device/d2/telemetry", new byte[20_000], packetId: 3));

        Assert.Equal("4003000387", await client.ReceiveAsync());
        Assert.Equal(IngestRefusal.IdentityMismatch, Assert.Single(_world.Seams.Quarantined).Reason);
    }

    [Fact]
    public async Task A_long_payload_behind_long_properties_is_passed_over_too()
    {
        var client = await _world.DeviceAsync();
        await client.SendAsync(Packets.Publish(Telemetry, new byte[12_000], packetId: 3, properties: Packets.UserProperty(3000)));

        Assert.Equal("4003000397", await client.ReceiveAsync());
        Assert.Equal(12_000, Assert.Single(_world.Seams.Quarantined).PayloadLength);
    }

    [Theory]
    [InlineData(0x9B, 2, "")] // quality of service 2
    [InlineData(0x94, 1, "230001")] // a topic alias
    [InlineData(0x81, 1, "0102")] // a payload format that does not exist
    public async Task What_was_never_agreed_on_ends_the_connection(byte code, int quality, string properties)
    {
        var client = await _world.DeviceAsync();
        await client.SendAsync(Packets.Publish(Ack, "{}"u8, quality: quality, properties: properties));

        Assert.Equal($"E001{code:X2}", await client.ReceiveAsync());
        await client.EndsAsync();
        Assert.Empty(_world.Seams.Messages);
    }

    [Fact]
    public async Task Properties_that_hide_the_payload_behind_four_kilobytes_end_the_connection()
    {
        var client = await _world.DeviceAsync();
        await client.SendAsync(Packets.Publish(Ack, new byte[9000], properties: Packets.UserProperty(5000)));

        Assert.Equal("E00195", await client.ReceiveAsync());
    }

    [Fact]
    public async Task More_than_a_megabyte_ends_the_connection_before_a_byte_of_it_is_read()
    {
        var client = await _world.DeviceAsync();
        await client.SendAsync("32818040");

        Assert.Equal("E00195", await client.ReceiveAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    public async Task A_topic_that_is_none_ends_the_connection(string topic)
    {
        var client = await _world.DeviceAsync();
        await client.SendAsync(Packets.Publish(topic, "{}"u8));

        Assert.Equal("E00181", await client.ReceiveAsync());
    }

    [Theory]
    [InlineData(40)]
    [InlineData(5000)]
    [InlineData(19_000)]
    public async Task Half_a_message_is_none(int sent)
    {
        var client = await _world.DeviceAsync();
        await client.SendAsync(Packets.Publish(Telemetry, new byte[20_000], packetId: 3)[..sent]);
        await client.LeaveAsync();

        await client.Run.WaitAsync(EndpointWorld.Patience);
        Assert.Empty(_world.Seams.Quarantined);
    }

    [Fact]
    public async Task The_retain_flag_is_ignored_and_counted()
    {
        using var ignored = _world.Collect<long>("pulse.mqtt.messages.retain_ignored");
        var client = await _world.DeviceAsync();
        await client.SendAsync(Packets.Publish(Ack, "{}"u8, isRetain: true), Packets.Publish(Ack, "{}"u8, packetId: 2));

        Assert.Equal("40020001", await client.ReceiveAsync());
        Assert.Equal("40020002", await client.ReceiveAsync());
        Assert.Equal(1, Assert.Single(ignored.GetMeasurementSnapshot()).Value);
    }

    [Fact]
    public async Task The_rate_counts_from_the_arrival()
    {
        await using var world = await EndpointWorld.StartAsync(static options => (options.DeviceMessagesPerSecond, options.DeviceBurst) = (1, 1));
        var client = await world.DeviceAsync();
        await client.SendAsync(Packets.Publish(Ack, "{}"u8, packetId: 1), Packets.Publish(Ack, "{}"u8, packetId: 2));
        Assert.Equal("40020001", await client.ReceiveAsync());
        Assert.Equal("4003000297", await client.ReceiveAsync());
        world.Time.Advance(TimeSpan.FromSeconds(1));
        await client.SendAsync(Packets.Publish(Ack, "{}"u8, packetId: 3));

        Assert.Equal("40020003", await client.ReceiveAsync());
    }
}
