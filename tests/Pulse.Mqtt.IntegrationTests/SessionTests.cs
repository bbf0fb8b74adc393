using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Pulse.Mqtt.IntegrationTests;

/// <summary>Long-lived sessions: ending, taking over, and the sink failing below them.</summary>
public sealed class SessionTests(EndpointFixture endpoint) : IClassFixture<EndpointFixture>
{
    private const string Envelope = """{"version":"1","metrics":{"on":true}}""";

    [Fact]
    public async Task Ending_the_sessions_of_a_device_disconnects_it_and_the_next_handshake_decides()
    {
        var device = await endpoint.AddDeviceAsync();
        using var client = await ConnectAsync(device);
        var left = Disconnection(client);

        endpoint.Trust.Revoked[device.Serial] = true;
        var ended = await endpoint.Services.GetRequiredService<ISessionControl>().EndSessionsAsync(device.Device, SessionEndReason.CertificateRevoked);

        Assert.Equal(1, ended);
        Assert.Equal(MqttClientDisconnectReason.AdministrativeAction, (await left).Reason);
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(device));
        Assert.Equal(0, await endpoint.Services.GetRequiredService<ISessionControl>().EndSessionsAsync(device.Device, SessionEndReason.CertificateRevoked));
    }

    [Fact]
    public async Task A_message_after_the_revocation_is_quarantined_even_if_the_session_lives()
    {
        var device = await endpoint.AddDeviceAsync();
        using var client = await ConnectAsync(device);
        Assert.Equal(MqttClientPublishReasonCode.Success, await PublishAsync(client, device));

        endpoint.Trust.Revoked[device.Serial] = true;

        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, await PublishAsync(client, device));
        Assert.Equal(IngestRefusal.CertificateRevoked, Assert.Single(endpoint.Quarantine.Records, record => record.Device == device.Device).Reason);
    }

    [Fact]
    public async Task A_second_connection_takes_over()
    {
        var device = await endpoint.AddDeviceAsync();
        using var first = await ConnectAsync(device);
        var left = Disconnection(first);

        using var second = await ConnectAsync(device);

        Assert.Equal(MqttClientDisconnectReason.SessionTakenOver, (await left).Reason);
        Assert.Equal(MqttClientPublishReasonCode.Success, await PublishAsync(second, device));
    }

    [Fact]
    public async Task A_failing_sink_costs_no_connection_and_no_message()
    {
        var device = await endpoint.AddDeviceAsync();
        using var client = await ConnectAsync(device);
        endpoint.Sink.IsDown = true;
        var attempts = endpoint.Sink.Attempts;
        var publishing = PublishAsync(client, device);
        await Eventually.HoldsAsync(() => endpoint.Sink.Attempts > attempts + 1, "a second attempt");

        await client.PingAsync();
        Assert.False(publishing.IsCompleted);
        endpoint.Sink.IsDown = false;

        Assert.Equal(MqttClientPublishReasonCode.Success, await publishing);
        Assert.Single(endpoint.Sink.Messages, message => message.Device == device.Device);
    }

    [Fact]
    public async Task A_failing_registry_costs_no_connection_and_no_message()
    {
        var device = await endpoint.AddDeviceAsync();
        endpoint.Registry.IsDown = true;
        using var client = await ConnectAsync(device);
        var publishing = PublishAsync(client, device);

        await Task.Delay(300);
        await client.PingAsync();
        Assert.False(publishing.IsCompleted);
        endpoint.Registry.IsDown = false;

        Assert.Equal(MqttClientPublishReasonCode.Success, await publishing);
    }

    [Fact]
    public async Task A_message_the_store_refuses_is_quarantined_and_the_rest_of_its_batch_is_not()
    {
        var device = await endpoint.AddDeviceAsync();
        using var client = await ConnectAsync(device);
        endpoint.Sink.Refuse = static message => message.Kind == IngestKind.Heartbeat ? "22P05" : null;

        var refused = await client.PublishAsync(Message(device.Topic("heartbeat"), "{}"));
        var accepted = await PublishAsync(client, device);

        Assert.Equal(MqttClientPublishReasonCode.ImplementationSpecificError, refused.ReasonCode);
        Assert.Equal(MqttClientPublishReasonCode.Success, accepted);
        var record = Assert.Single(endpoint.Quarantine.Records, record => record.Device == device.Device);
        Assert.Equal((IngestRefusal.StoreRefused, "22P05"), (record.Reason, record.Detail));
    }

    public static TheoryData<string, IngestRefusal> Poison => new()
    {
        { "42", IngestRefusal.JsonInvalid },
        { "[]", IngestRefusal.JsonInvalid },
        { "{} {}", IngestRefusal.JsonInvalid },
        { """{"version":"1","metrics":{"a":NaN}}""", IngestRefusal.JsonInvalid },
        { """{"version":"1","metrics":{"a":1e400}}""", IngestRefusal.JsonInvalid },
        { """{"version":"1","metrics":{"a":"\u0000"}}""", IngestRefusal.JsonInvalid },
        { """{"version":"1","metrics":{"a":"\ud800"}}""", IngestRefusal.JsonInvalid },
        { """{"version":"1","metrics":{"a":1,"a":2}}""", IngestRefusal.JsonInvalid },
        { """{"version":"2","metrics":{"a":1}}""", IngestRefusal.EnvelopeInvalid },
        { """{"version":"1","metrics":{}}""", IngestRefusal.EnvelopeInvalid },
        { """{"version":"1","metrics":{"a":1},"tenant_id":"x"}""", IngestRefusal.EnvelopeInvalid },
    };

    [Theory]
    [MemberData(nameof(Poison))]
    public async Task Poison_is_quarantined_and_acknowledged_and_the_next_message_accepted(string payload, IngestRefusal reason)
    {
        var device = await endpoint.AddDeviceAsync();
        using var client = await ConnectAsync(device);

        var poisoned = await client.PublishAsync(Message(device.Topic("telemetry"), payload));
        var next = await PublishAsync(client, device);

        Assert.Equal(MqttClientPublishReasonCode.PayloadFormatInvalid, poisoned.ReasonCode);
        Assert.Equal(MqttClientPublishReasonCode.Success, next);
        Assert.Equal(reason, Assert.Single(endpoint.Quarantine.Records, record => record.Device == device.Device).Reason);
    }

    [Theory]
    [InlineData(false, true, IngestRefusal.DeviceDisabled)]
    [InlineData(true, false, IngestRefusal.TenantSuspended)]
    public async Task A_change_in_the_registry_counts_from_the_next_message_once_sessions_were_ended(bool enabled, bool active, IngestRefusal reason)
    {
        var device = await endpoint.AddDeviceAsync();
        using (var before = await ConnectAsync(device))
        {
            Assert.Equal(MqttClientPublishReasonCode.Success, await PublishAsync(before, device));
            endpoint.Registry.Add(device.Device, site: null, enabled, active);
            await endpoint.Services.GetRequiredService<ISessionControl>().EndSessionsAsync(device.Device, SessionEndReason.DeviceDisabled);
        }

        using var after = await ConnectAsync(device);

        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, await PublishAsync(after, device));
        Assert.Equal(reason, Assert.Single(endpoint.Quarantine.Records, record => record.Device == device.Device).Reason);
    }

    [Fact]
    public async Task A_will_is_refused()
    {
        var device = await endpoint.AddDeviceAsync();

        var refusal = await Assert.ThrowsAnyAsync<Exception>(() =>
            ConnectAsync(device, options => options.WithWillTopic(device.Topic("telemetry")).WithWillPayload(Envelope)));

        Assert.Contains("NotAuthorized", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_left_the_acl_is_denied_from_the_next_message_on()
    {
        var device = await endpoint.AddDeviceAsync();
        using var client = await ConnectAsync(device);
        Assert.Equal(MqttClientPublishReasonCode.Success, await PublishAsync(client, device));
        var acl = await File.ReadAllTextAsync(endpoint.AclFile);

        await File.WriteAllTextAsync(endpoint.AclFile, "user somebody\ntopic read x\n");
        await Eventually.HoldsAsync(() => PublishAsync(client, device).Result == MqttClientPublishReasonCode.NotAuthorized, "the new rules");
        await File.WriteAllTextAsync(endpoint.AclFile, "this is no ACL\n");
        Assert.False(await endpoint.Services.GetRequiredService<IAclReloader>().ReloadAsync(default));
        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, await PublishAsync(client, device));
        await File.WriteAllTextAsync(endpoint.AclFile, acl);

        await Eventually.HoldsAsync(() => PublishAsync(client, device).Result == MqttClientPublishReasonCode.Success, "the old rules");
        Assert.Contains(endpoint.Quarantine.Records, record => record.Device == device.Device && record.Reason == IngestRefusal.AclDenied);
    }

    private static async Task<MqttClientPublishReasonCode> PublishAsync(IMqttClient client, ClientCertificate device) =>
        (await client.PublishAsync(Message(device.Topic("telemetry"), Envelope))).ReasonCode;

    private static MqttApplicationMessage Message(string topic, string payload) =>
        new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(Encoding.UTF8.GetBytes(payload)).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();

    private static Task<MqttClientDisconnectedEventArgs> Disconnection(IMqttClient client)
    {
        var left = new TaskCompletionSource<MqttClientDisconnectedEventArgs>();
        client.DisconnectedAsync += args =>
        {
            left.TrySetResult(args);
            return Task.CompletedTask;
        };
        return left.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private async Task<IMqttClient> ConnectAsync(ClientCertificate device, Action<MqttClientOptionsBuilder>? more = null)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        var options = new MqttClientOptionsBuilder()
            .WithTcpServer("127.0.0.1", endpoint.DevicePort)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithTimeout(TimeSpan.FromSeconds(10))
            .WithTlsOptions(tls => tls
                .UseTls()
                .WithClientCertificates([device.Certificate])
                .WithCertificateValidationHandler(static _ => true));
        more?.Invoke(options);
        var result = await client.ConnectAsync(options.Build());
        Assert.Equal(MqttClientConnectResultCode.Success, result.ResultCode);
        return client;
    }
}
