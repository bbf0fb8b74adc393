using System.Net;
using Pulse.ReferenceHost.Cli;
using Pulse.ReferenceHost.Development;

namespace Pulse.ReferenceHost.Tests.MainJob;

/// <summary>What ./run.sh prints for people to paste.</summary>
[Collection(RunningHostTests.Name)]
public sealed class PrintedLineTests(RunningHost running)
{
    [Fact]
    public async Task The_printed_mosquitto_pub_line_stores_a_row_the_api_returns_within_a_second()
    {
        var before = await running.GetAsync("/api/v1/customer/devices/bench-1/telemetry", "alice");
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        var earlier = (await before.Content.ReadAsStringAsync()).Split("\"messageId\"").Length;

        await Tool.RunAsync("sh", ["-c", ServeCommand.MosquittoPubLine(running.Host)], CancellationToken.None);

        // No wait: mosquitto_pub has its PUBACK, so the row is committed.
        var after = await running.GetAsync("/api/v1/customer/devices/bench-1/telemetry", "alice");
        var body = await after.Content.ReadAsStringAsync();
        Assert.Equal(earlier + 1, body.Split("\"messageId\"").Length);
        Assert.Contains("\"temperature\":21.5", body.Replace(" ", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Openssl_verifies_the_chain_of_the_server_and_of_a_device()
    {
        var authority = running.Host.Certificates.AuthorityCertificateFile;
        var device = await Tool.RunAsync(
            "openssl", ["verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", authority, running.Host.ReservedDevice.Certificate], CancellationToken.None);
        Assert.Contains(": OK", device, StringComparison.Ordinal);

        var server = await Tool.RunAsync(
            "openssl",
            [
                "s_client", "-connect", $"127.0.0.1:{running.Host.Options.DevicePort}", "-CAfile", authority, "-verify_return_error", "-verify_ip", "127.0.0.1",
                "-cert", running.Host.ReservedDevice.Certificate, "-key", running.Host.ReservedDevice.PrivateKey,
            ],
            CancellationToken.None);
        Assert.Contains("Verify return code: 0 (ok)", server, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Psql_as_the_application_login_without_a_tenant_is_refused()
    {
        var (exitCode, output) = await Tool.TryRunAsync(
            "sh",
            [
                "-c",
                $"PGPASSWORD='{running.Host.Secrets.App}' psql -h '{running.Host.Database.SocketDirectory}' -U pulse_app_login -d pulse -c 'SELECT * FROM public.device'",
            ],
            CancellationToken.None);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("permission denied", output, StringComparison.Ordinal);
    }
}
