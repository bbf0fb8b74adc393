using System.Text.Json;

namespace Pulse.Mqtt.IntegrationTests;

/// <summary>The endpoint as MQTT.js sees it, over TLS and over a WebSocket.</summary>
public sealed class NodeClientTests(EndpointFixture endpoint) : IClassFixture<EndpointFixture>
{
    private const string Envelope = """{"version":"1","metrics":{"on":true}}""";

    [Theory]
    [InlineData("mqtts", 4)]
    [InlineData("mqtts", 5)]
    [InlineData("wss", 4)]
    [InlineData("wss", 5)]
    public async Task Messages_are_acknowledged_in_order(string scheme, int version)
    {
        var device = await endpoint.AddDeviceAsync();
        object[] publish = [.. Enumerable.Range(0, 30).Select(_ => new { topic = device.Topic("telemetry"), payload = Envelope })];

        await using var client = await NodeClient.StartAsync(endpoint, device, Url(scheme), version, publish, []);
        await client.WaitAsync();

        var acknowledged = client.Output.Split('\n').Where(static line => line.Contains("puback", StringComparison.Ordinal)).ToArray();
        Assert.Equal(30, acknowledged.Length);
        var first = IdOf(acknowledged[0]);
        Assert.Equal(Enumerable.Range(first, 30), acknowledged.Select(IdOf));
        Assert.All(acknowledged, static line => Assert.Contains("\"reasonCode\":0}", line, StringComparison.Ordinal));
        Assert.Equal(30, endpoint.Sink.Messages.Count(message => message.Device == device.Device));
    }

    [Theory]
    [InlineData("mqtts")]
    [InlineData("wss")]
    public async Task A_refused_message_gets_its_reason_code(string scheme)
    {
        var device = await endpoint.AddDeviceAsync();
        object[] publish =
        [
            new { topic = "tenant/t1/device/other/telemetry", payload = Envelope },
            new { topic = device.Topic("nothing"), payload = Envelope },
            new { topic = device.Topic("telemetry"), payload = "42" },
        ];

        await using var client = await NodeClient.StartAsync(endpoint, device, Url(scheme), 5, publish, []);
        await client.WaitAsync();

        int[] expected = [0x87, 0x90, 0x99];
        foreach (var code in expected)
        {
            Assert.Contains($"\"reasonCode\":{code}}}", client.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_announced_limits_are_those_of_the_endpoint()
    {
        var device = await endpoint.AddDeviceAsync();

        await using var client = await NodeClient.StartAsync(endpoint, device, Url("mqtts"), 5, [], []);
        await client.WaitAsync();

        Assert.Contains("\"maximumQoS\":1", client.Output, StringComparison.Ordinal);
        Assert.Contains("\"receiveMaximum\":128", client.Output, StringComparison.Ordinal);
        Assert.Contains("\"retainAvailable\":false", client.Output, StringComparison.Ordinal);
        Assert.Contains($"\"assignedClientIdentifier\":\"{device.Device.MqttName}\"", client.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_on_the_websocket_receives_its_command()
    {
        var device = await endpoint.AddDeviceAsync();
        await using var client = await NodeClient.StartAsync(endpoint, device, Url("wss"), 5, [], [device.Topic("commands")], stay: true);
        await Eventually.HoldsAsync(() => client.Output.Contains("\"suback\",\"codes\":[1]", StringComparison.Ordinal), "the subscription");

        await Service.PublishAsync(endpoint, device.Topic("commands"), "{\"reboot\":true}");

        await Eventually.HoldsAsync(() => client.Output.Contains("reboot", StringComparison.Ordinal), "the command");
    }

    private string Url(string scheme) =>
        scheme == "wss" ? $"wss://127.0.0.1:{endpoint.WebSocketPort}/mqtt" : $"mqtts://127.0.0.1:{endpoint.DevicePort}";

    private static int IdOf(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("id").GetInt32();
    }
}
