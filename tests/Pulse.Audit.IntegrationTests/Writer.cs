using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Pulse.Audit.IntegrationTests;

/// <summary>
/// The process that is killed: this assembly, started as a program. Writes events as fast as it can, and says on standard
/// output which of them it was told are durable.
/// </summary>
internal static class Writer
{
    public const int SegmentBytes = 64 << 10;

    /// <summary>Arguments: spill folder, connection string.</summary>
    public static async Task<int> Main(string[] args)
    {
        var (folder, connection) = (args[0], args[1]);
        await using var source = NpgsqlDataSource.Create(connection);
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddPulseAudit(options => Configure(options, folder)).UsePostgres(_ => source);
        using var host = builder.Build();
        await host.StartAsync();
        var writer = host.Services.GetRequiredService<IAuditWriter>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(lane => Task.Run(() => WriteAsync(writer, lane))));
        return 0;
    }

    public static void Configure(PulseAuditOptions options, string folder)
    {
        options.SpillFolder = folder;
        options.SpillSegmentBytes = SegmentBytes;
        options.SpillMaxBytes = 64 << 20;
        options.SpillAfter = TimeSpan.FromSeconds(2);
        options.Linger = TimeSpan.FromMilliseconds(5);
    }

    private static async Task WriteAsync(IAuditWriter writer, int lane)
    {
        for (long number = 0; ; number++)
        {
            for (var burst = 0; burst < 5; burst++)
            {
                writer.TryWrite(Event("test.queued", AuditClass.Security, lane, number));
            }

            writer.TryWrite(Event("test.access", AuditClass.Access, lane, number));
            var receipt = await writer.WriteAsync(Event("test.durable", AuditClass.Critical, lane, number));

            // One write of one line: the pipe holds it whatever happens to this process next.
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{receipt.EventId:D} {receipt.Reached}"));
        }
    }

    private static AuditEvent Event(string type, AuditClass auditClass, int lane, long number) => new()
    {
        Type = type,
        Class = auditClass,
        Outcome = AuditOutcome.Success,
        TenantId = "acme",
        Reason = new string('r', (int)(number % 50) * 10),
        Fields = [AuditField.Public("lane", lane), AuditField.Public("number", number)],
    };
}
