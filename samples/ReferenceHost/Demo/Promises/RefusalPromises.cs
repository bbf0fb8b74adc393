using System.Text;
using MQTTnet;

namespace Pulse.ReferenceHost.Demo.Promises;

/// <summary>What must not get in does not, is kept with its reason, and harms nothing beside it.</summary>
internal static class RefusalPromises
{
    private const string Quarantined =
        "SELECT coalesce(sum(count), 0) >= $4 FROM public.quarantine WHERE tenant_id = $1 AND device_id = $2 AND reason = $3";

    public static IReadOnlyList<Promise> All { get; } =
    [
        new("a device on another tenant's topic is refused and quarantined", ForeignTopicAsync),
        new("poison payloads are quarantined, the rest of the batch is stored", PoisonAsync),
        new("a device over its limit is throttled", ThrottledAsync),
    ];

    private static async Task<string> ForeignTopicAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        var (device, certificate) = await world.EnrolAsync("acme", "demo-foreign", cancellationToken);
        await using var connection = await world.ConnectAsync(certificate, cancellationToken);
        var ack = await connection.PublishAsync(
            "tenant/globex/device/sensor-01/telemetry", """{"version":"1","metrics":{"forged":1}}""", cancellationToken);
        NotObservedException.Unless(ack == MqttClientPublishReasonCode.NotAuthorized, $"the PUBACK said {ack}");

        var kept = await world.EventuallyAsync(Quarantined, cancellationToken, "acme", device.DeviceId, "IdentityMismatch", 1L);
        var forged = await world.InspectAsync<long>(
            "SELECT count(*) FROM public.telemetry WHERE payload -> 'metrics' ? 'forged'", cancellationToken);
        NotObservedException.Unless(kept && forged == 0, $"quarantined: {kept}, forged rows stored: {forged}");
        return "PUBACK 0x87; 1 row in the sender's quarantine (IdentityMismatch), 0 forged rows stored";
    }

    private static async Task<string> PoisonAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        var (device, certificate) = await world.EnrolAsync("globex", "demo-poison", cancellationToken);
        (string Name, byte[] Payload, string Reason)[] poison =
        [
            ("42", "42"u8.ToArray(), "JsonInvalid"),
            ("[]", "[]"u8.ToArray(), "JsonInvalid"),
            ("NaN", """{"version":"1","metrics":{"a":NaN}}"""u8.ToArray(), "JsonInvalid"),
            ("\\u0000", """{"version":"1","metrics":{"a":"\u0000"}}"""u8.ToArray(), "JsonInvalid"),
            ("lone surrogate", """{"version":"1","metrics":{"a":"\ud800"}}"""u8.ToArray(), "JsonInvalid"),
            ("1 MB", Encoding.ASCII.GetBytes("""{"version":"1","metrics":{"a":"x"}}""".PadRight(1_000_000)), "PayloadTooLarge"),
        ];
        await using var connection = await world.ConnectAsync(certificate, cancellationToken);
        var topic = Topics.Telemetry(device);
        // Good and bad are sent without waiting, so that they share batches.
        var sent = poison.SelectMany((bad, index) => new[]
        {
            connection.PublishAsync(topic, bad.Payload, cancellationToken),
            connection.PublishAsync(topic, $$$"""{"version":"1","seq":{{{index}}},"metrics":{"good":true}}""", cancellationToken),
        });
        var acks = await Task.WhenAll(sent);
        var good = acks.Where((_, index) => index % 2 == 1).Count(ack => ack == MqttClientPublishReasonCode.Success);
        var bad = acks.Where((_, index) => index % 2 == 0).Count(ack => ack != MqttClientPublishReasonCode.Success);

        var stored = await world.InspectAsync<long>(
            "SELECT count(*) FROM public.telemetry WHERE tenant_id = 'globex' AND device_id = $1", cancellationToken, device.DeviceId);
        foreach (var reason in poison.GroupBy(item => item.Reason, StringComparer.Ordinal))
        {
            var kept = await world.EventuallyAsync(Quarantined, cancellationToken, "globex", device.DeviceId, reason.Key, (long)reason.Count());
            NotObservedException.Unless(kept, $"fewer than {reason.Count()} messages are quarantined as {reason.Key}");
        }

        NotObservedException.Unless(
            good == poison.Length && bad == poison.Length && stored == poison.Length,
            $"{good} of {poison.Length} good messages acknowledged and {stored} stored; {bad} of {poison.Length} bad ones refused");
        return $"{stored} good messages stored; refused and kept: {string.Join(", ", poison.Select(item => item.Name))}";
    }

    private static async Task<string> ThrottledAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        const int Sent = 60;
        var (device, certificate) = await world.EnrolAsync("acme", "demo-flood", cancellationToken);
        await using var connection = await world.ConnectAsync(certificate, cancellationToken);
        var acks = await Task.WhenAll(Enumerable.Range(0, Sent).Select(number => connection.PublishAsync(
            Topics.Telemetry(device), $$$"""{"version":"1","seq":{{{number}}},"metrics":{"n":{{{number}}}}}""", cancellationToken)));
        var limited = acks.Count(ack => ack == MqttClientPublishReasonCode.QuotaExceeded);
        var accepted = acks.Count(ack => ack == MqttClientPublishReasonCode.Success);
        var stored = await world.InspectAsync<long>(
            "SELECT count(*) FROM public.telemetry WHERE tenant_id = 'acme' AND device_id = $1", cancellationToken, device.DeviceId);
        var counted = await world.EventuallyAsync(Quarantined, cancellationToken, "acme", device.DeviceId, "DeviceRateLimited", (long)limited);
        NotObservedException.Unless(
            limited > 0 && limited + accepted == Sent && stored == accepted && counted,
            $"of {Sent}: {accepted} accepted, {limited} limited, {stored} stored, all limited ones counted: {counted}");
        return $"of {Sent} at once: {accepted} stored, {limited} answered 0x97 and counted as DeviceRateLimited";
    }
}
