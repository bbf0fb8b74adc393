using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Pulse.Mqtt.Tests.Sessions;

/// <summary>CONNECT, from the bytes to the answer: who gets in, as whom, and what each refusal says.</summary>
public sealed class ConnectTests : IAsyncLifetime
{
    private EndpointWorld _world = null!;

    public async Task InitializeAsync() => _world = await EndpointWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_device_is_told_what_this_endpoint_does()
    {
        var client = _world.OpenDevice();
        await client.SendAsync(Packets.Connect(clientId: "whatever"));

        var answer = await client.ReceiveAsync<MqttConnAckPacket>();

        Assert.Equal(MqttConnectReasonCode.Success, answer.ReasonCode);
        Assert.Equal("t1:d1", answer.AssignedClientIdentifier);
        Assert.Equal(MqttQualityOfServiceLevel.AtLeastOnce, answer.MaximumQoS);
        Assert.False(answer.IsSessionPresent || answer.RetainAvailable || answer.SharedSubscriptionAvailable);
        Assert.Equal((0, 0u, 128, 1024u * 1024), (answer.TopicAliasMaximum, answer.SessionExpiryInterval, answer.ReceiveMaximum, answer.MaximumPacketSize));
        Assert.Same(client.Connection, _world.Connections.Find("t1:d1"));
    }

    [Fact]
    public async Task A_device_of_version_3_is_told_nothing_more_than_that_it_is_in()
    {
        var client = _world.OpenDevice(isVersion5: false);
        await client.SendAsync(Packets.Connect(isVersion5: false, clientId: "whatever"));

        Assert.Equal("20020000", await client.ReceiveAsync());
    }

    [Fact]
    public async Task A_client_id_that_is_right_already_is_not_assigned()
    {
        var client = _world.OpenDevice();
        await client.SendAsync(Packets.Connect(clientId: "t1:d1"));

        Assert.Null((await client.ReceiveAsync<MqttConnAckPacket>()).AssignedClientIdentifier);
    }

    [Theory]
    [InlineData(0, 300)]
    [InlineData(1, 0)]
    [InlineData(300, 0)]
    [InlineData(301, 300)]
    public async Task A_keep_alive_of_none_or_too_long_is_replaced(ushort asked, ushort announced)
    {
        var client = _world.OpenDevice();
        await client.SendAsync(Packets.Connect(keepAlive: asked));

        Assert.Equal(announced, (await client.ReceiveAsync<MqttConnAckPacket>()).ServerKeepAlive);
    }

    [Theory]
    [InlineData("C000")] // PINGREQ
    [InlineData("1100")] // a flag on CONNECT
    [InlineData("0000")] // no packet type
    [InlineData("1081808001")] // CONNECT of 2 MiB
    [InlineData("10FFFFFFFF01")] // a length of five bytes
    public async Task What_is_no_CONNECT_gets_no_answer(string hex)
    {
        using var refused = _world.Collect<long>("pulse.mqtt.connections.refused");
        var client = _world.OpenDevice();
        await client.SendAsync(hex);

        await client.EndsAsync();
        Assert.Equal("no_connect", Assert.Single(refused.GetMeasurementSnapshot()).Tags["reason"]);
    }

    [Theory]
    [InlineData(16 * 1024, true)]
    [InlineData((16 * 1024) + 1, false)]
    public async Task A_CONNECT_has_its_size(int length, bool isTaken)
    {
        // Ten bytes of header, two of the length of the properties, three of the client id.
        var client = _world.OpenDevice();
        await client.SendAsync(Packets.Connect(properties: Packets.UserProperty(length - 15)));

        Assert.Equal(isTaken, (await client.ReceiveAsync()).Length > 0);
    }

    [Fact]
    public async Task Half_a_CONNECT_gets_no_answer()
    {
        using var refused = _world.Collect<long>("pulse.mqtt.connections.refused");
        var client = _world.OpenDevice();
        await client.SendAsync(Packets.Connect()[..10]);
        await client.LeaveAsync();

        await client.EndsAsync();
        Assert.Equal("no_connect", Assert.Single(refused.GetMeasurementSnapshot()).Tags["reason"]);
    }

    [Fact]
    public async Task Who_says_nothing_in_time_is_cut()
    {
        var client = _world.OpenDevice();
        _world.Time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.False(client.Run.IsCompleted);
        _world.Time.Advance(TimeSpan.FromTicks(1));

        await client.EndsAsync();
    }

    [Theory]
    [InlineData("00064D514973647003020000000163", "20020001", "protocol_version")] // "MQIsdp" level 3
    [InlineData("00044D51545406020000000000", "20020001", "protocol_version")] // level 6
    [InlineData("00044D51545403020000000000", "20020001", "protocol_version")] // level 3
    [InlineData("00044D51545405", "20020001", "protocol_version")] // ends before the flags
    [InlineData("00044D515454050300000000", "2003008100", "malformed")] // the reserved flag
    [InlineData("00044D5154540403000000", "", "malformed")]
    [InlineData("00044D515454050200000000", "2003008100", "malformed")] // ends before the client id
    [InlineData("00044D5154540502000000000200FF", "2003008100", "malformed")] // a client id that is no text
    [InlineData("00044D51545405020000000001FF", "2003008100", "malformed")]
    [InlineData("00044D515454050200000000010000", "2003008100", "malformed")] // U+0000
    [InlineData("00044D51545405060000000000000001610000", "2003008700", "will")]
    [InlineData("00044D5154540406000000000001610000", "20020005", "will")]
    [InlineData("00044D51545405020000041500016100000163", "2003008C00", "authentication_method")]
    public async Task A_CONNECT_that_cannot_be_taken_is_refused_in_its_version(string body, string answer, string reason)
    {
        using var refused = _world.Collect<long>("pulse.mqtt.connections.refused");
        var client = _world.OpenDevice();
        await client.SendAsync(Packets.Packet(0x10, Convert.FromHexString(body)));

        Assert.Equal(answer, await client.ReceiveAsync());
        await client.EndsAsync();
        Assert.Equal(reason, Assert.Single(refused.GetMeasurementSnapshot()).Tags["reason"]);
        Assert.Empty(_world.Connections.All);
    }

    [Theory]
    [InlineData("svc", "wrong", "2003008600", "20020004", "password")]
    [InlineData("svc", null, "2003008600", "20020004", "password")]
    [InlineData(null, "right", "2003008600", "20020004", "user_name")]
    [InlineData("", "right", "2003008600", "20020004", "user_name")]
    [InlineData("t1:d1", "right", "2003008600", "20020004", "user_name")]
    [InlineData("a\u0085", "right", "2003008600", "20020004", "user_name")]
    public async Task A_service_without_a_name_and_its_password_is_refused(string? user, string? password, string version5, string version3, string reason)
    {
        using var refused = _world.Collect<long>("pulse.mqtt.connections.refused");
        foreach (var isVersion5 in new[] { true, false })
        {
            var client = _world.OpenService(isVersion5);
            await client.SendAsync(Packets.Connect(isVersion5, user: user, password: password));

            Assert.Equal(isVersion5 ? version5 : version3, await client.ReceiveAsync());
            await client.EndsAsync();
        }

        Assert.All(refused.GetMeasurementSnapshot(), refusal => Assert.Equal(reason, refusal.Tags["reason"]));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public async Task A_service_name_has_its_length(int length, bool isTaken)
    {
        var client = _world.OpenService(isVersion5: false);
        await client.SendAsync(Packets.Connect(isVersion5: false, user: new string('u', length), password: "right"));

        Assert.Equal(isTaken ? "20020000" : "20020004", await client.ReceiveAsync());
    }

    [Theory]
    [InlineData(true, "2003008800")]
    [InlineData(false, "20020003")]
    public async Task Accounts_that_cannot_be_asked_let_nobody_in(bool isVersion5, string answer)
    {
        _world.Seams.AreAccountsDown = true;
        var client = _world.OpenService(isVersion5);
        await client.SendAsync(Packets.Connect(isVersion5, user: "svc", password: "right"));

        Assert.Equal(answer, await client.ReceiveAsync());
        Assert.Contains(_world.Log.GetSnapshot(), static entry => entry.Id.Id == 3013);
    }

    [Fact]
    public async Task A_password_is_wiped_once_it_was_checked()
    {
        await _world.ServiceAsync();

        Assert.Equal(new byte[5], _world.Seams.Password.ToArray());
    }

    [Fact]
    public async Task A_service_without_a_client_id_gets_one()
    {
        var client = _world.OpenService();
        await client.SendAsync(Packets.Connect(clientId: "", user: "svc", password: "right"));
        var assigned = (await client.ReceiveAsync<MqttConnAckPacket>()).AssignedClientIdentifier;

        Assert.Matches("^auto-[0-9a-f]{32}$", assigned);
        Assert.Same(client.Connection, _world.Connections.Find("s/3/svc/" + assigned));
    }

    [Theory]
    [InlineData(0, "20020002")]
    [InlineData(2, "20020000")]
    public async Task In_version_3_no_client_id_goes_with_a_clean_session_only(byte flags, string answer)
    {
        var client = _world.OpenService(isVersion5: false);
        await client.SendAsync(Packets.Connect(isVersion5: false, clientId: "", user: "svc", password: "right", flags: flags));

        Assert.Equal(answer, await client.ReceiveAsync());
    }

    [Fact]
    public async Task Version_5_knows_sessions_without_a_client_id_that_are_not_clean()
    {
        var client = _world.OpenService();
        await client.SendAsync(Packets.Connect(clientId: "", user: "svc", password: "right", flags: 0));

        Assert.NotNull((await client.ReceiveAsync<MqttConnAckPacket>()).AssignedClientIdentifier);
    }

    [Fact]
    public async Task Two_accounts_never_meet_in_one_name()
    {
        var first = await _world.ServiceAsync(clientId: "vc/c", user: "s");
        var second = await _world.ServiceAsync(clientId: "c", user: "s/vc");

        await first.NothingAsync();
        await second.NothingAsync();
    }
}
