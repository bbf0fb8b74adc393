using MQTTnet.Packets;
using MQTTnet.Protocol;
using static MQTTnet.Protocol.MqttSubscribeReasonCode;

namespace Pulse.Mqtt.Tests.Sessions;

/// <summary>Who may subscribe to what, and what is delivered afterwards.</summary>
public sealed class SubscriptionTests : IAsyncLifetime
{
    private const string Commands = "tenant/t1/device/d1/commands";
    private const string Desired = "tenant/t1/device/d1/shadow/desired";

    private EndpointWorld _world = null!;

    public async Task InitializeAsync() => _world = await EndpointWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(Commands, 0, GrantedQoS0)]
    [InlineData(Commands, 1, GrantedQoS1)]
    [InlineData(Desired, 2, GrantedQoS1)]
    [InlineData("tenant/t1/device/d2/commands", 1, NotAuthorized)]
    [InlineData("tenant/t1/device/d1/telemetry", 1, NotAuthorized)]
    [InlineData("tenant/t1/device/d1/+", 1, NotAuthorized)]
    [InlineData("#", 1, NotAuthorized)]
    [InlineData("$SYS/#", 1, NotAuthorized)]
    [InlineData("$share/g/tenant/t1/device/d1/commands", 1, SharedSubscriptionsNotSupported)]
    [InlineData("$sharex", 1, SharedSubscriptionsNotSupported)]
    [InlineData("a/#/b", 1, TopicFilterInvalid)]
    [InlineData("a+", 1, TopicFilterInvalid)]
    [InlineData("a\u0001", 1, TopicFilterInvalid)]
    public async Task A_device_subscribes_to_its_own_two_topics(string filter, byte quality, MqttSubscribeReasonCode code)
    {
        var client = await _world.DeviceAsync();

        Assert.Equal([code], await SubscribeAsync(client, (filter, quality)));

        var old = await _world.DeviceAsync(isVersion5: false);
        await old.SendAsync(Packets.Subscribe(2, isVersion5: false, (filter, quality)));
        Assert.Equal([code > GrantedQoS2 ? UnspecifiedError : code], (await old.ReceiveAsync<MqttSubAckPacket>()).ReasonCodes);
    }

    [Fact]
    public async Task Answers_keep_the_order_of_the_filters()
    {
        var client = await _world.DeviceAsync();

        Assert.Equal(
            [GrantedQoS0, NotAuthorized, GrantedQoS1, TopicFilterInvalid],
            await SubscribeAsync(client, (Commands, 0), ("other", 1), (Desired, 1), ("a#", 0)));
        Assert.Equal([GrantedQoS1, GrantedQoS0], await SubscribeAsync(client, (Desired, 1), (Commands, 0)));
    }

    [Fact]
    public async Task What_the_ACL_does_not_grant_the_topic_rules_cannot()
    {
        var client = await _world.DeviceAsync("d2");

        Assert.Equal(
            [NotAuthorized, GrantedQoS1],
            await SubscribeAsync(client, ("tenant/t1/device/d2/shadow/desired", 1), ("tenant/t1/device/d2/commands", 1)));
    }

    [Theory]
    [InlineData(false, true, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    public async Task A_device_that_may_not_publish_may_not_subscribe(bool isEnabled, bool isTenantActive, bool isLive)
    {
        _world.Seams.Register = device => new DeviceRegistration(device, null, isEnabled, isTenantActive);
        _world.Seams.IsLiveNow = isLive;
        var client = await _world.DeviceAsync();

        Assert.Equal([NotAuthorized], await SubscribeAsync(client, (Commands, 1)));
    }

    [Fact]
    public async Task A_device_nobody_knows_may_not_subscribe()
    {
        _world.Seams.Register = static _ => null;
        var client = await _world.DeviceAsync();

        Assert.Equal([NotAuthorized], await SubscribeAsync(client, (Commands, 1)));
    }

    [Fact]
    public async Task Without_a_registry_nobody_subscribes_but_may_ask_again()
    {
        using var failures = _world.Collect<long>("pulse.mqtt.registry.failures");
        _world.Seams.IsRegistryDown = true;
        var client = await _world.DeviceAsync();

        Assert.Equal([NotAuthorized], await SubscribeAsync(client, (Commands, 1)));
        Assert.Equal(1, failures.LastMeasurement!.Value);
        Assert.Contains(_world.Log.GetSnapshot(), static entry => entry.Id.Id == 3022);
        _world.Seams.IsRegistryDown = false;
        Assert.Equal([GrantedQoS1], await SubscribeAsync(client, (Commands, 1)));
    }

    [Fact]
    public async Task A_service_subscribes_by_the_ACL_alone()
    {
        _world.Seams.IsRegistryDown = true;
        var client = await _world.ServiceAsync();

        Assert.Equal(
            [GrantedQoS1, GrantedQoS1, NotAuthorized],
            await SubscribeAsync(client, ("tenant/+/device/+/commands/ack", 1), ("tenant/t1/device/+/commands/ack", 1), ("tenant/#", 1)));
    }

    [Fact]
    public async Task A_command_reaches_its_device_and_no_other()
    {
        var (device, other, service) = (await _world.DeviceAsync(), await _world.DeviceAsync("d2"), await _world.ServiceAsync());
        await SubscribeAsync(device, (Commands, 1));
        await SubscribeAsync(other, ("tenant/t1/device/d2/commands", 1));
        await service.SendAsync(Packets.Publish(Commands, "go"u8, isRetain: true));

        var delivery = await device.ReceiveAsync<MqttPublishPacket>();

        Assert.Equal((Commands, "go"), (delivery.Topic, System.Text.Encoding.UTF8.GetString(delivery.Payload.FirstSpan)));
        Assert.False(delivery.Retain);
        await other.NothingAsync();
    }

    [Fact]
    public async Task A_revoked_device_receives_nothing_more()
    {
        var (device, service) = (await _world.DeviceAsync(), await _world.ServiceAsync());
        await SubscribeAsync(device, (Commands, 0));
        _world.Seams.IsLiveNow = false;
        await PublishAsync(service, "lost");
        _world.Seams.IsLiveNow = true;
        await PublishAsync(service, "seen");

        Assert.Equal("seen", System.Text.Encoding.UTF8.GetString((await device.ReceiveAsync<MqttPublishPacket>()).Payload.FirstSpan));
    }

    [Fact]
    public async Task An_expired_device_receives_nothing_more()
    {
        var (device, service) = (await _world.DeviceAsync(notAfter: EndpointWorld.Now.AddSeconds(5)), await _world.ServiceAsync());
        await SubscribeAsync(device, (Commands, 0));
        _world.Time.Advance(TimeSpan.FromSeconds(5));
        await PublishAsync(service, "lost");

        await device.NothingAsync();
    }

    [Fact]
    public async Task Rules_that_change_after_the_subscription_count_for_each_delivery()
    {
        var (device, service) = (await _world.DeviceAsync(), await _world.ServiceAsync());
        await SubscribeAsync(device, (Commands, 0));
        await File.WriteAllTextAsync(_world.AclFile, "user svc\ntopic write tenant/+/device/+/commands\n");
        Assert.True(await _world.Get<IAclReloader>().ReloadAsync());
        await PublishAsync(service, "lost");

        await device.NothingAsync();
    }

    [Fact]
    public async Task A_packet_the_client_does_not_take_is_left_out()
    {
        var device = _world.OpenDevice();
        await device.SendAsync(Packets.Connect(properties: "2700000040")); // at most 64 bytes
        await device.ReceiveAsync<MqttConnAckPacket>();
        var service = await _world.ServiceAsync();
        await SubscribeAsync(device, (Commands, 0));
        await PublishAsync(service, new string('x', 64));
        await PublishAsync(service, "short");

        Assert.Equal("short", System.Text.Encoding.UTF8.GetString((await device.ReceiveAsync<MqttPublishPacket>()).Payload.FirstSpan));
    }

    private static async Task PublishAsync(WireClient service, string text)
    {
        await service.SendAsync(Packets.Publish(Commands, System.Text.Encoding.UTF8.GetBytes(text)));
        Assert.StartsWith("40", await service.ReceiveAsync(), StringComparison.Ordinal);
    }

    private static async Task<List<MqttSubscribeReasonCode>> SubscribeAsync(WireClient client, params (string Filter, byte Quality)[] filters)
    {
        await client.SendAsync(Packets.Subscribe(9, filters));
        var answer = await client.ReceiveAsync<MqttSubAckPacket>();
        Assert.Equal(9, answer.PacketIdentifier);
        return answer.ReasonCodes;
    }
}
