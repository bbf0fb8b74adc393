namespace Pulse.Mqtt.IntegrationTests;

/// <summary>The service account, by <c>mosquitto_pub</c>.</summary>
public static class Service
{
    public static string[] Arguments(EndpointFixture endpoint, string password = FakeAccounts.Password) =>
    [
        "-h", "127.0.0.1", "-p", $"{endpoint.ServicePort}", "--cafile", endpoint.ServerCa.CertificateFile,
        "-u", FakeAccounts.UserName, "-P", password, "-d",
    ];

    public static async Task PublishAsync(EndpointFixture endpoint, string topic, string payload)
    {
        var (exitCode, output) = await Tool.RunAsync("mosquitto_pub", [.. Arguments(endpoint), "-V", "mqttv5", "-q", "1", "-t", topic, "-m", payload]);
        Assert.True(exitCode == 0, output);
    }
}
