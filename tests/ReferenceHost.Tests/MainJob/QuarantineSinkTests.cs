using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Pulse.Mqtt;

namespace Pulse.ReferenceHost.Tests.MainJob;

/// <summary>What the host keeps of refused messages, on the real database.</summary>
[Collection(RunningHostTests.Name)]
public sealed class QuarantineSinkTests(RunningHost running)
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly IQuarantineSink _sink = running.Host.Services.GetRequiredService<IQuarantineSink>();

    [Fact]
    public async Task A_flood_of_different_payloads_keeps_every_count_in_few_rows()
    {
        var device = Device("flood-of-rubbish");

        await _sink.WriteAsync([.. Enumerable.Range(0, 50).Select(number => Record(device, IngestRefusal.JsonInvalid, number))], CancellationToken.None);

        Assert.Equal(21, await ReadAsync(device, "count(*)"));
        Assert.Equal(50, await ReadAsync(device, "sum(count)"));
    }

    [Fact]
    public async Task A_payload_seen_before_goes_on_being_counted_in_its_own_row()
    {
        var device = Device("known-rubbish");
        await _sink.WriteAsync([.. Enumerable.Range(0, 25).Select(number => Record(device, IngestRefusal.JsonInvalid, number))], CancellationToken.None);

        await _sink.WriteAsync([Record(device, IngestRefusal.JsonInvalid, 3)], CancellationToken.None);

        Assert.Equal(2, await ReadAsync(device, "max(count) FILTER (WHERE payload_sha256 = '3')"));
        Assert.Equal(26, await ReadAsync(device, "sum(count)"));
    }

    [Fact]
    public async Task Limited_messages_share_one_row_a_minute_and_one_audit_event()
    {
        var device = Device("limited");

        await _sink.WriteAsync([.. Enumerable.Range(0, 10).Select(number => Record(device, IngestRefusal.DeviceRateLimited, number))], CancellationToken.None);
        await _sink.WriteAsync([Record(device, IngestRefusal.DeviceRateLimited, 99)], CancellationToken.None);

        Assert.Equal(1, await ReadAsync(device, "count(*)"));
        Assert.Equal(11, await ReadAsync(device, "sum(count)"));
        Assert.Equal(1, await AuditedAsync(device));
    }

    private static DeviceKey Device(string deviceId) =>
        DeviceKey.TryCreate("acme", deviceId, out var device) ? device : throw new ArgumentException("No device name.", nameof(deviceId));

    private static QuarantineRecord Record(DeviceKey device, IngestRefusal reason, int payload) => new()
    {
        Device = device,
        Topic = "tenant/acme/device/x/telemetry",
        Reason = reason,
        PayloadLength = 2,
        PayloadHead = "42"u8.ToArray(),
        PayloadSha256 = payload.ToString(CultureInfo.InvariantCulture),
        ReceivedAt = At,
    };

    private async Task<long> AuditedAsync(DeviceKey device)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            await using var source = running.Host.Database.OpenForInspection();
            await using var command = source.CreateCommand("SELECT count(*) FROM pulse_audit.event WHERE type = 'device.rejected' AND actor = $1");
            command.Parameters.AddWithValue(device.MqttName);
            if ((long)(await command.ExecuteScalarAsync())! is var found and > 0)
            {
                return found;
            }

            await Task.Delay(50);
        }

        return 0;
    }

    private async Task<long> ReadAsync(DeviceKey device, string aggregate)
    {
        await using var source = running.Host.Database.OpenForInspection();
        await using var command = source.CreateCommand($"SELECT ({aggregate})::bigint FROM public.quarantine WHERE device_id = $1");
        command.Parameters.AddWithValue(device.DeviceId);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
