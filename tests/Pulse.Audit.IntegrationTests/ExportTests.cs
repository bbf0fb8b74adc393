using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Pulse.TestKit;

namespace Pulse.Audit.IntegrationTests;

/// <summary>Programs that nobody here wrote read what is exported.</summary>
[Collection(PostgresTests.Name)]
public sealed class ExportTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pulse-test-");
    private SealedTrail _trail = null!;

    public async Task InitializeAsync()
    {
        _trail = await SealedTrail.CreateAsync(postgres);
        await _trail.WriteAsync(4);
        await _trail.SealAsync();
        await _trail.WriteAsync(3);
    }

    public async Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        await _trail.DisposeAsync();
    }

    [Fact]
    public async Task An_export_verifies_without_the_database_as_the_database_does()
    {
        var file = await ExportAsync();
        await using var stream = File.OpenRead(file);

        var found = await new AuditVerifier(_trail.PublicKey).VerifyExportAsync(stream);

        Assert.Equal(await Summary(_trail.VerifyAsync()), await Summary(Task.FromResult(found)));
        Assert.Equal((AuditVerdict.Unsealed, 7L, 4L), (found.Verdict, found.Events, found.TreeSize));
    }

    [Fact]
    public async Task Jq_reads_every_line()
    {
        var file = await ExportAsync();

        var actors = await RunAsync("jq", "-r", "select(.kind == \"event\") | .record.actor", file);
        var kinds = await RunAsync("jq", "-r", ".kind", file);

        Assert.Equal(["actor 0", "actor 1", "actor 2", "actor 3", "actor 0", "actor 1", "actor 2"], actors);
        Assert.Equal((await File.ReadAllLinesAsync(file)).Length, (await RunAsync("jq", "-c", ".", file)).Length);
        Assert.Equal(["epoch", "checkpoint", "run", "head", "head"], kinds[..5]);
    }

    [Fact]
    public async Task Rsyslog_receives_every_message_whole()
    {
        var port = FreePort();
        var received = Path.Combine(_folder.FullName, "received");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "rsyslog.conf"), $$$"""
            global(workDirectory="{{{_folder.FullName}}}" maxMessageSize="64k")
            module(load="imtcp")
            input(type="imtcp" port="{{{port}}}" address="127.0.0.1" name="audit")
            template(name="parts" type="string" string="%pri% %hostname% %app-name% %msgid% %structured-data% %msg%\n")
            action(type="omfile" file="{{{received}}}" template="parts")
            """);
        using var rsyslog = Process.Start(new ProcessStartInfo(
            "/usr/sbin/rsyslogd", ["-n", "-iNONE", "-f", Path.Combine(_folder.FullName, "rsyslog.conf")]) { RedirectStandardError = true })!;
        try
        {
            using (var client = await ConnectAsync(port))
            {
                Assert.Equal(7, await new AuditExporter(_trail.Database.Worker).WriteSyslogAsync(client.GetStream(), "host.example"));
            }

            var lines = await WaitForLinesAsync(received, 7);

            Assert.All(lines, line => Assert.StartsWith("110 host.example pulse-audit test.event [pulse@32473 stream=", line, StringComparison.Ordinal));
            Assert.Equal(
                ["actor 0", "actor 1", "actor 2", "actor 3", "actor 0", "actor 1", "actor 2"],
                lines.Select(line => System.Text.Json.JsonDocument.Parse(line[line.IndexOf("{\"v\":1", StringComparison.Ordinal)..]).RootElement.GetProperty("actor").GetString()));
        }
        finally
        {
            rsyslog.Kill();
            await rsyslog.WaitForExitAsync();
        }
    }

    private static async Task<(AuditVerdict, long, long, long, int)> Summary(Task<AuditVerification> verification)
    {
        var found = await verification;
        return (found.Verdict, found.Events, found.TreeSize, found.Checkpoints, found.Findings.Count);
    }

    private async Task<string> ExportAsync()
    {
        var file = Path.Combine(_folder.FullName, "export.ndjson");
        await using var stream = File.Create(file);
        Assert.Equal(7, await new AuditExporter(_trail.Database.Worker).WriteNdjsonAsync(stream));
        return file;
    }

    private static async Task<string[]> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output.TrimEnd('\n').Split('\n');
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<TcpClient> ConnectAsync(int port)
    {
        for (var attempt = 0; ; attempt++)
        {
            var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port);
                return client;
            }
            catch (SocketException) when (attempt < 300)
            {
                client.Dispose();
                await Task.Delay(100);
            }
        }
    }

    private static async Task<string[]> WaitForLinesAsync(string file, int count)
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            var lines = File.Exists(file) ? await File.ReadAllLinesAsync(file) : [];
            if (lines.Length >= count)
            {
                return lines;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"rsyslog wrote fewer than {count} lines.");
    }
}
