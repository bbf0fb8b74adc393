namespace Pulse.Mqtt.IntegrationTests;

/// <summary>Refusals that need an endpoint of their own settings, and the other doors of it.</summary>
public sealed class RefusalTests : IAsyncLifetime
{
    private const string Envelope = """{"version":"1","site_id":"north","metrics":{"a":1}}""";

    private readonly EndpointFixture _endpoint = new()
    {
        Configure = static options =>
        {
            options.DeviceMessagesPerSecond = 0.001;
            options.DeviceBurst = 2;
            options.TenantMessagesPerSecond = 0.001;
            options.TenantBurst = 3;
        },
    };

    public Task InitializeAsync() => _endpoint.InitializeAsync();

    public Task DisposeAsync() => _endpoint.DisposeAsync();

    [Fact]
    public async Task A_device_and_its_tenant_are_limited_and_told_so()
    {
        var first = await _endpoint.AddDeviceAsync();
        var second = await _endpoint.AddDeviceAsync();

        string[] answers = [await PublishAsync(first), await PublishAsync(first), await PublishAsync(first), await PublishAsync(second), await PublishAsync(second)];

        Assert.All([answers[0], answers[1], answers[3]], static answer => Assert.Contains("RC:0)", answer, StringComparison.Ordinal));
        Assert.All([answers[2], answers[4]], static answer => Assert.Contains("RC:151)", answer, StringComparison.Ordinal));
        Assert.Equal(
            [(first.Device, IngestRefusal.DeviceRateLimited), (second.Device, IngestRefusal.TenantRateLimited)],
            _endpoint.Quarantine.Records.Select(static record => (record.Device, record.Reason)));
    }

    [Fact]
    public async Task A_device_the_registry_does_not_know_is_quarantined()
    {
        var device = await _endpoint.AddDeviceAsync();
        _endpoint.Registry.Devices.Clear();

        Assert.Contains("RC:135)", await PublishAsync(device), StringComparison.Ordinal);
        Assert.Equal(IngestRefusal.DeviceUnknown, Assert.Single(_endpoint.Quarantine.Records).Reason);
    }

    [Fact]
    public async Task A_message_that_names_another_site_is_quarantined()
    {
        var device = await _endpoint.AddDeviceAsync();
        _endpoint.Registry.Add(device.Device, "south");

        Assert.Contains("RC:153)", await PublishAsync(device), StringComparison.Ordinal);
        Assert.Equal(IngestRefusal.SiteMismatch, Assert.Single(_endpoint.Quarantine.Records).Reason);
    }

    [Fact]
    public async Task The_websocket_listener_never_answers_for_the_application()
    {
        var device = await _endpoint.AddDeviceAsync();
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = static (_, _, _, _) => true };
        handler.ClientCertificates.Add(device.Certificate);
        using var client = new HttpClient(handler);

        using var response = await client.GetAsync($"https://127.0.0.1:{_endpoint.WebSocketPort}/api/anything");

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain("the application", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_certificate_there_is_no_websocket()
    {
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = static (_, _, _, _) => true };
        using var client = new HttpClient(handler);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync($"https://127.0.0.1:{_endpoint.WebSocketPort}/mqtt"));
    }

    [Fact]
    public async Task Stopping_the_host_writes_and_acknowledges_what_was_read()
    {
        var device = await _endpoint.AddDeviceAsync();
        _endpoint.Sink.Hold();
        var publishing = PublishAsync(device);
        await Eventually.HoldsAsync(() => _endpoint.Sink.Attempts > 0, "the batch");

        var stopping = _endpoint.StopAsync();
        await Task.Delay(300);
        _endpoint.Sink.Release();

        Assert.Contains("RC:0)", await publishing, StringComparison.Ordinal);
        await stopping;
        Assert.Single(_endpoint.Sink.Messages);
    }

    private async Task<string> PublishAsync(ClientCertificate device)
    {
        var (_, output) = await Tool.RunAsync("mosquitto_pub",
        [
            "-h", "127.0.0.1", "-p", $"{_endpoint.DevicePort}", "-d", "-V", "mqttv5", "-q", "1", "-t", device.Topic("telemetry"), "-m", Envelope,
            "--cafile", _endpoint.ServerCa.CertificateFile, "--cert", device.CertificateFile, "--key", device.KeyFile,
        ]);
        return output;
    }
}
