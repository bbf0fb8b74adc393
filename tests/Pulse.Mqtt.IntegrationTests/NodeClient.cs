using System.Text.Json;
using Pulse.TestKit;

namespace Pulse.Mqtt.IntegrationTests;

/// <summary>Runs MQTT.js. Its packages are installed from the lock file when they are missing; without npm the test fails.</summary>
public static class NodeClient
{
    private static readonly SemaphoreSlim Installing = new(1, 1);

    public static async Task<Tool> StartAsync(EndpointFixture endpoint, ClientCertificate device, string url, int version, object[] publish, string[] subscribe, bool stay = false)
    {
        await InstallAsync();
        var task = JsonSerializer.Serialize(new
        {
            url,
            version,
            ca = endpoint.ServerCa.CertificateFile,
            cert = device.CertificateFile,
            key = device.KeyFile,
            publish,
            subscribe,
            stay,
        });
        return Tool.Start("node", ["client.mjs", task], Folder());
    }

    private static async Task InstallAsync()
    {
        await Installing.WaitAsync();
        try
        {
            if (!Directory.Exists(Path.Combine(Folder(), "node_modules", "mqtt")))
            {
                var (exitCode, output) = await Tool.RunAsync("npm", ["ci"], Folder(), seconds: 180);
                Assert.True(exitCode == 0, $"npm ci failed: {output}");
            }
        }
        finally
        {
            Installing.Release();
        }
    }

    private static string Folder() => RepositoryRoot.Combine("tests", "Pulse.Mqtt.IntegrationTests", "node");
}
