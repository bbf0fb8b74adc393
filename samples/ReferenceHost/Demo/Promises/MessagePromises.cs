using MQTTnet;
using Pulse.Tenancy;

namespace Pulse.ReferenceHost.Demo.Promises;

/// <summary>A message arrives, is kept, and only its tenant sees it.</summary>
internal static class MessagePromises
{
    public static IReadOnlyList<Promise> All { get; } =
    [
        new("a message is stored and read back by its tenant", StoredAsync),
        new("the other tenant sees none of it", InvisibleAsync),
    ];

    private static async Task<string> StoredAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        var (device, certificate) = await world.EnrolAsync("acme", "demo-stored", cancellationToken);
        await using var connection = await world.ConnectAsync(certificate, cancellationToken);
        var marker = Guid.CreateVersion7().ToString("N");
        var start = TimeProvider.System.GetTimestamp();
        var ack = await connection.PublishAsync(
            Topics.Telemetry(device), $$$"""{"version":"1","seq":1,"metrics":{"marker":"{{{marker}}}"}}""", cancellationToken);
        var elapsed = TimeProvider.System.GetElapsedTime(start);
        NotObservedException.Unless(ack == MqttClientPublishReasonCode.Success, $"the PUBACK said {ack}");

        var (status, body) = await world.GetAsync(
            "/api/v1/customer/devices/demo-stored/telemetry", world.TokenOf("alice"), cancellationToken);
        var found = status == 200 && body.GetRawText().Contains(marker, StringComparison.Ordinal);
        NotObservedException.Unless(found, $"the API answered {status} without the message");
        return $"PUBACK after {elapsed.TotalMilliseconds:0} ms, and GET as alice answered {status} with marker {marker[^6..]}";
    }

    private static async Task<string> InvisibleAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        var (status, _) = await world.GetAsync(
            "/api/v1/customer/devices/demo-stored/telemetry", world.TokenOf("carol"), cancellationToken);
        NotObservedException.Unless(status == 404, $"the API answered {status} to carol of globex");

        var (_, list) = await world.GetAsync("/api/v1/customer/devices?limit=1000", world.TokenOf("carol"), cancellationToken);
        var foreign = list.GetProperty("devices").EnumerateArray()
            .Count(device => device.GetProperty("deviceId").GetString()!.StartsWith("demo-", StringComparison.Ordinal));
        var database = (ITenantDatabase)world.Host.Services.GetService(typeof(ITenantDatabase))!;
        var rows = await database.CreateBatch(TenantId.Parse("globex"))
            .Add("SELECT count(*) FROM public.telemetry WHERE tenant_id = 'acme'")
            .ExecuteScalarAsync<long>(cancellationToken);
        var stored = await world.InspectAsync<long>("SELECT count(*) FROM public.telemetry WHERE tenant_id = 'acme'", cancellationToken);
        NotObservedException.Unless(foreign == 0 && rows == 0 && stored > 0, $"{foreign} devices and {rows} of {stored} rows of acme are visible to globex");
        return $"carol of globex: 404, 0 of acme's devices; SQL in globex's scope sees 0 of acme's {stored} rows";
    }
}
