using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Exceptions;
using Pulse.ReferenceHost.Development;
using Pulse.ReferenceHost.Development.Fleet;

namespace Pulse.ReferenceHost.Tests.MainJob;

/// <summary>A PUBACK means committed, also when the host dies the moment after.</summary>
public sealed class KilledHostTests
{
    [Fact]
    public async Task Killing_the_host_while_devices_publish_loses_no_acknowledged_message()
    {
        await using var root = new DevelopmentRoot();
        var options = root.Options;

        // The first start gives the simulated devices their certificates; the second leaves the devices to this test.
        await using (var first = HostProcess.Start(HostProcess.ServeArguments(options)))
        {
            await first.RunningAsync();
            await first.SignalAsync("TERM");
            Assert.Equal(0, await first.ExitAsync());
        }

        var acknowledged = new ConcurrentBag<string>();
        await using (var second = HostProcess.Start([.. HostProcess.ServeArguments(options), "--no-fleet"]))
        {
            await second.RunningAsync();
            var authority = Path.Combine(options.Root, "ca", "ca.pem");
            using var killed = new CancellationTokenSource();
            var devices = Directory.GetDirectories(Path.Combine(options.Root, "devices", "acme"))
                .Select(folder => PublishAsync(folder, authority, options.DevicePort, acknowledged, killed.Token))
                .ToList();
            Assert.True(devices.Count > 5, "the simulated devices have no certificates");

            while (acknowledged.Count < 100)
            {
                await Task.Delay(5);
            }

            second.Kill();
            await killed.CancelAsync();
            await Task.WhenAll(devices);
        }

        using var folder = DevelopmentFolder.Open(options.Root);
        var secrets = await DevelopmentSecrets.LoadOrCreateAsync(folder, CancellationToken.None);
        var database = await DevelopmentDatabase.StartAsync(folder, secrets, durable: false, CancellationToken.None);
        var stored = new HashSet<string>();
        await using (var source = database.OpenForInspection())
        {
            await using var command = source.CreateCommand("SELECT payload -> 'metrics' ->> 'id' FROM public.telemetry");
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
            {
                if (!await rows.IsDBNullAsync(0))
                {
                    stored.Add(rows.GetString(0));
                }
            }
        }

        await database.StopAsync(CancellationToken.None);
        Assert.Empty(acknowledged.Except(stored));
        Assert.True(acknowledged.Count >= 100);
    }

    private static async Task PublishAsync(
        string folder, string authorityFile, int port, ConcurrentBag<string> acknowledged, CancellationToken killed)
    {
        var files = new DeviceFiles(Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
        var topic = $"tenant/acme/device/{Path.GetFileName(folder)}/telemetry";
        try
        {
            using var authority = X509CertificateLoader.LoadCertificateFromFile(authorityFile);
            await using var connection = await DeviceConnection.OpenAsync(port, authority, files.Load(), killed);
            while (!killed.IsCancellationRequested)
            {
                // Several at once, so that the kill meets messages in every step.
                await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
                {
                    var id = Guid.CreateVersion7().ToString("N");
                    var ack = await connection.PublishAsync(topic, $$$"""{"version":"1","metrics":{"id":"{{{id}}}"}}""", killed);
                    if (ack == MqttClientPublishReasonCode.Success)
                    {
                        acknowledged.Add(id);
                    }
                }));
            }
        }
        catch (Exception gone) when (gone is MqttCommunicationException or IOException or OperationCanceledException or MqttClientDisconnectedException)
        {
            // The host was killed under this device: what matters is what it had acknowledged.
        }
    }
}
