using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pulse.Mqtt;

namespace Pulse.ReferenceHost.Tests.MainJob;

/// <summary>What the host does with a batch, on the real database.</summary>
[Collection(RunningHostTests.Name)]
public sealed class IngestSinkTests(RunningHost running)
{
    private readonly IIngestSink _sink = running.Host.Services.GetRequiredService<IIngestSink>();

    [Fact]
    public async Task A_batch_that_comes_again_is_stored_once()
    {
        var device = Device("acme", "sink-again");
        IngestMessage[] batch = [Message(device, "{\"n\":1}"), Message(device, "{\"n\":2}")];

        Assert.Empty(await _sink.WriteAsync(batch, CancellationToken.None));
        Assert.Empty(await _sink.WriteAsync(batch, CancellationToken.None));

        Assert.Equal(2, await CountAsync(device));
    }

    [Fact]
    public async Task A_row_the_database_refuses_is_named_and_every_other_row_of_the_batch_is_stored()
    {
        var ours = Device("acme", "sink-poison");
        var theirs = Device("globex", "sink-beside");
        var batch = Enumerable.Range(0, 9).Select(number => Message(ours, $$"""{"n":{{number}}}"""))
            .Append(Message(theirs, "{\"n\":0}")).ToList();
        // Pulse.Mqtt never lets this through; the sink must survive it all the same.
        batch[4] = Message(ours, "{\"n\":\"\\u0000\"}");

        var failure = Assert.Single(await _sink.WriteAsync(batch, CancellationToken.None));

        Assert.Equal(4, failure.Index);
        Assert.Equal("22P05", failure.Code);
        Assert.Equal(8, await CountAsync(ours));
        Assert.Equal(1, await CountAsync(theirs));
    }

    private static DeviceKey Device(string tenantId, string deviceId) =>
        DeviceKey.TryCreate(tenantId, deviceId, out var device) ? device : throw new ArgumentException("No device name.", nameof(deviceId));

    private static IngestMessage Message(DeviceKey device, string payload) => new()
    {
        Id = Guid.CreateVersion7(),
        Device = device,
        Kind = IngestKind.Heartbeat,
        Payload = Encoding.UTF8.GetBytes(payload),
        ReceivedAt = DateTimeOffset.UtcNow,
    };

    private async Task<long> CountAsync(DeviceKey device)
    {
        await using var source = running.Host.Database.OpenForInspection();
        await using var command = source.CreateCommand("SELECT count(*) FROM public.telemetry WHERE tenant_id = $1 AND device_id = $2");
        command.Parameters.AddWithValue(device.TenantId);
        command.Parameters.AddWithValue(device.DeviceId);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
