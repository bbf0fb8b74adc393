namespace Pulse.Mqtt.IntegrationTests;

/// <summary>The endpoint as Mosquitto's own clients see it.</summary>
public sealed class MosquittoClientTests(EndpointFixture endpoint) : IClassFixture<EndpointFixture>
{
    private const string Envelope = """{"version":"1","ts":"2026-01-02T03:04:05Z","seq":7,"metrics":{"temperature":21.5}}""";

    [Theory]
    [InlineData("mqttv311")]
    [InlineData("mqttv5")]
    public async Task An_accepted_message_is_written_and_acknowledged(string version)
    {
        var device = await endpoint.AddDeviceAsync();

        var (exitCode, output) = await PublishAsync(device, "telemetry", Envelope, "-V", version, "-q", "1");

        Assert.True(exitCode == 0, output);
        var message = Assert.Single(endpoint.Sink.Messages, message => message.Device == device.Device);
        Assert.Equal(IngestKind.Telemetry, message.Kind);
        Assert.Equal(7, message.Sequence);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), message.Timestamp);
        Assert.Equal(Envelope, System.Text.Encoding.UTF8.GetString(message.Payload.Span));
    }

    [Theory]
    [InlineData("heartbeat", IngestKind.Heartbeat)]
    [InlineData("shadow/reported", IngestKind.ShadowReported)]
    [InlineData("commands/ack", IngestKind.CommandAck)]
    public async Task Every_kind_of_message_finds_its_way(string suffix, IngestKind kind)
    {
        var device = await endpoint.AddDeviceAsync();

        var (exitCode, output) = await PublishAsync(device, suffix, """{"any":["thing",null]}""", "-q", "1");

        Assert.True(exitCode == 0, output);
        Assert.Equal(kind, Assert.Single(endpoint.Sink.Messages, message => message.Device == device.Device).Kind);
    }

    [Fact]
    public async Task A_message_of_quality_0_is_written_though_its_sender_left_at_once()
    {
        var device = await endpoint.AddDeviceAsync();

        // Whether the end of the connection overtakes the message is a race: one that was lost every tenth time for a while.
        for (var sent = 1; sent <= 20; sent++)
        {
            await PublishAsync(device, "telemetry", Envelope, "-q", "0");

            await Eventually.HoldsAsync(() => endpoint.Sink.Messages.Count(message => message.Device == device.Device) == sent, "the message");
        }
    }

    [Fact]
    public async Task Nothing_is_acknowledged_before_the_sink_returned()
    {
        var device = await endpoint.AddDeviceAsync();
        endpoint.Sink.Hold();
        await using var client = Tool.Start("mosquitto_pub", [.. Arguments(device), "-q", "1", "-t", device.Topic("telemetry"), "-m", Envelope]);

        try
        {
            await Eventually.HoldsAsync(() => client.Output.Contains("sending PUBLISH", StringComparison.Ordinal), "the PUBLISH");
            await Task.Delay(500);
            Assert.DoesNotContain("received PUBACK", client.Output, StringComparison.Ordinal);
        }
        finally
        {
            endpoint.Sink.Release();
        }

        Assert.Equal(0, await client.WaitAsync());
        Assert.Contains("received PUBACK", client.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mqttv311")]
    [InlineData("mqttv5")]
    public async Task A_message_on_another_devices_topic_is_quarantined_under_its_own_name(string version)
    {
        var device = await endpoint.AddDeviceAsync();
        var victim = await endpoint.AddDeviceAsync("t2");

        var (_, output) = await Tool.RunAsync(
            "mosquitto_pub", [.. Arguments(device), "-V", version, "-q", "1", "-t", victim.Topic("telemetry"), "-m", Envelope]);

        Assert.Contains("received PUBACK", output, StringComparison.Ordinal);
        var record = Assert.Single(endpoint.Quarantine.Records, record => record.Device == device.Device);
        Assert.Equal(IngestRefusal.IdentityMismatch, record.Reason);
        Assert.Equal(victim.Topic("telemetry"), record.Topic);
        Assert.DoesNotContain(endpoint.Quarantine.Records, record => record.Device == victim.Device);
        Assert.DoesNotContain(endpoint.Sink.Messages, message => message.Device == victim.Device || message.Device == device.Device);
    }

    [Fact]
    public async Task An_oversize_message_is_passed_over_quarantined_and_acknowledged()
    {
        var device = await endpoint.AddDeviceAsync();
        var file = Path.Combine(endpoint.Folder, "oversize");
        var payload = new byte[300_000];
        Random.Shared.NextBytes(payload);
        await File.WriteAllBytesAsync(file, payload);

        var (exitCode, output) = await Tool.RunAsync("mosquitto_pub", [.. Arguments(device), "-q", "1", "-t", device.Topic("telemetry"), "-f", file]);

        Assert.True(exitCode == 0, output);
        var record = Assert.Single(endpoint.Quarantine.Records, record => record.Device == device.Device);
        Assert.Equal(IngestRefusal.PayloadTooLarge, record.Reason);
        Assert.Equal(payload.Length, record.PayloadLength);
        Assert.Equal(payload[..1024], record.PayloadHead.ToArray());
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(payload)), record.PayloadSha256);
    }

    [Fact]
    public async Task An_absurd_size_ends_the_connection()
    {
        var device = await endpoint.AddDeviceAsync();
        var file = Path.Combine(endpoint.Folder, "absurd");
        await File.WriteAllBytesAsync(file, new byte[3_000_000]);

        await using var client = Tool.Start("mosquitto_pub", [.. Arguments(device), "-q", "1", "-t", device.Topic("telemetry"), "-f", file]);

        await Task.Delay(1500);
        Assert.DoesNotContain("received PUBACK", client.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(endpoint.Quarantine.Records, record => record.Device == device.Device);
    }

    [Fact]
    public async Task Quality_2_is_refused()
    {
        var device = await endpoint.AddDeviceAsync();

        await using var client = Tool.Start("mosquitto_pub", [.. Arguments(device), "-V", "mqttv311", "-q", "2", "-t", device.Topic("telemetry"), "-m", Envelope]);
        await Eventually.HoldsAsync(() => client.Output.Contains("sending PUBLISH", StringComparison.Ordinal), "the PUBLISH");
        await Task.Delay(500);

        Assert.DoesNotContain("received PUBREC", client.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(endpoint.Sink.Messages, message => message.Device == device.Device);
    }

    [Fact]
    public async Task A_certificate_of_another_issuer_is_refused_in_the_handshake()
    {
        using var stranger = new TestCa(endpoint.Folder, "stranger");
        var impostor = stranger.IssueDevice("t1", "impostor");

        var (exitCode, output) = await PublishAsync(impostor, "telemetry", Envelope, "-q", "1");

        Assert.NotEqual(0, exitCode);
        Assert.DoesNotContain("received CONNACK", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_certificate_is_refused_in_the_handshake()
    {
        var device = await endpoint.AddDeviceAsync();
        endpoint.Trust.Revoked[device.Serial] = true;

        var (exitCode, output) = await PublishAsync(device, "telemetry", Envelope, "-q", "1");

        Assert.NotEqual(0, exitCode);
        Assert.DoesNotContain("received CONNACK", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_certificate_is_no_connection()
    {
        var (exitCode, output) = await Tool.RunAsync(
            "mosquitto_pub", ["-h", "127.0.0.1", "-p", $"{endpoint.DevicePort}", "--cafile", endpoint.ServerCa.CertificateFile, "-d", "-t", "a", "-m", "b"]);

        Assert.NotEqual(0, exitCode);
        Assert.DoesNotContain("received CONNACK", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_with_the_wrong_password_is_refused()
    {
        var (exitCode, output) = await Tool.RunAsync("mosquitto_pub", [.. Service.Arguments(endpoint, "wrong"), "-t", "tenant/t/device/d/commands", "-m", "x"]);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("CONNACK (4)", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_may_not_publish_what_its_rules_do_not_say()
    {
        var (_, output) = await Tool.RunAsync(
            "mosquitto_pub", [.. Service.Arguments(endpoint), "-V", "mqttv5", "-q", "1", "-t", "tenant/t/device/d/telemetry", "-m", Envelope]);

        Assert.Contains("Not authorized", output, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("commands")]
    [InlineData("shadow/desired")]
    public async Task A_device_receives_what_a_service_sends_it_and_nobody_else_does(string suffix)
    {
        var device = await endpoint.AddDeviceAsync();
        await using var own = Tool.Start("mosquitto_sub", [.. Arguments(device), "-q", "1", "-t", device.Topic(suffix), "-C", "1"]);
        await Eventually.HoldsAsync(() => own.Output.Contains("Subscribed (mid: 1): 1", StringComparison.Ordinal), "the subscription");

        await Service.PublishAsync(endpoint, device.Topic(suffix), "{\"reboot\":true}");

        Assert.Equal(0, await own.WaitAsync());
        Assert.Contains("{\"reboot\":true}", own.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#")]
    [InlineData("tenant/+/device/+/commands")]
    [InlineData("$SYS/#")]
    [InlineData("$share/g/#")]
    public async Task A_device_may_not_subscribe_beyond_its_own_topics(string filter)
    {
        var device = await endpoint.AddDeviceAsync();

        await using var client = Tool.Start("mosquitto_sub", [.. Arguments(device), "-V", "mqttv311", "-q", "1", "-t", filter]);

        await Eventually.HoldsAsync(() => client.Output.Contains("Subscribed (mid: 1): 128", StringComparison.Ordinal), "the refusal");
    }

    [Fact]
    public async Task The_answers_of_a_subscribe_keep_the_order_of_its_filters()
    {
        var device = await endpoint.AddDeviceAsync();

        await using var client = Tool.Start(
            "mosquitto_sub", [.. Arguments(device), "-V", "mqttv5", "-q", "1", "-t", "#", "-t", device.Topic("commands"), "-t", "$share/g/x", "-t", device.Topic("shadow/desired")]);

        await Eventually.HoldsAsync(() => client.Output.Contains("Subscribed (mid: 1): 135, 1, 158, 1", StringComparison.Ordinal), "the answers");
    }

    private Task<(int ExitCode, string Output)> PublishAsync(ClientCertificate device, string suffix, string payload, params string[] more) =>
        Tool.RunAsync("mosquitto_pub", [.. Arguments(device), "-t", device.Topic(suffix), "-m", payload, .. more]);

    private string[] Arguments(ClientCertificate device) =>
    [
        "-h", "127.0.0.1", "-p", $"{endpoint.DevicePort}",
        "--cafile", endpoint.ServerCa.CertificateFile, "--cert", device.CertificateFile, "--key", device.KeyFile, "-d",
    ];
}
