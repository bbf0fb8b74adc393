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
    }

    private Task<(int ExitCode, string Output)> PublishAsync(ClientCertificate device, string suffix, string payload, params string[] more) =>
        Tool.RunAsync("mosquitto_pub", [.. Arguments(device), "-t", device.Topic(suffix), "-m", payload, .. more]);

    private string[] Arguments(ClientCertificate device) =>
    [
        "-h", "127.0.0.1", "-p", $"{endpoint.DevicePort}",
        "--cafile", endpoint.ServerCa.CertificateFile, "--cert", device.CertificateFile, "--key", device.KeyFile, "-d",
    ];
}
