using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pulse.Mqtt.IntegrationTests.RealBroker;

/// <summary>What goes wrong with a broker's files, done to a real one.</summary>
public sealed class BrokerDrills
{
    private const string Forbidden = "pulse/canary/forbidden";

    [Fact]
    public async Task Revoking_a_device_ends_its_live_session_and_keeps_it_out()
    {
        await using var world = await BrokerWorld.StartAsync();
        var (revoked, other) = (world.Issue("d1"), world.Issue("d2"));
        Assert.Equal(new AclPublicationResult(AclPublicationOutcome.Published, 3), await world.Publisher.PublishAsync());
        await using var session = await world.DeviceAsync(revoked);
        await using var bystander = await world.DeviceAsync(other);
        Assert.True(await session.MayPublishAsync(revoked.Topic("telemetry")));
        Assert.False(await session.MayPublishAsync(other.Topic("telemetry")));

        world.Devices.Remove(revoked.Device);
        world.Revoke(world.LiveCrl, revoked);
        Assert.True((await world.Publisher.PublishAsync()).IsInForce);
        Assert.Equal(1, await world.Sessions.EndSessionsAsync(revoked.Device, SessionEndReason.CertificateRevoked));

        await Eventually.HoldsAsync(() => !session.IsConnected, "the revoked device's session ended");
        Assert.False(await world.IsLetInAsync(revoked));
        Assert.True(await bystander.MayPublishAsync(other.Topic("telemetry")));
    }

    [Fact]
    public async Task A_reload_under_load_loses_nothing()
    {
        const int Messages = 2_000;
        await using var world = await BrokerWorld.StartAsync();
        var sender = world.Issue("d1");
        Assert.True((await world.Publisher.PublishAsync()).IsInForce);
        await using var consumer = await world.ServiceAsync("consumer");
        await consumer.SubscribeAsync(["tenant/+/device/+/telemetry"]);
        await using var device = await world.DeviceAsync(sender);
        var publishing = device.PublishAsync([.. Enumerable.Repeat(sender.Topic("telemetry"), Messages)]);

        var reloads = 0;
        do
        {
            world.Issue($"n{reloads++}");
            Assert.Equal(AclPublicationOutcome.Published, (await world.Publisher.PublishAsync()).Outcome);
        }
        while (!publishing.IsCompleted && reloads < 50);

        Assert.DoesNotContain(false, await publishing);
        await Eventually.HoldsAsync(() => consumer.Received.Distinct().Count() == Messages, "every message arrived");
        Assert.Equal(Enumerable.Range(0, Messages).Select(static number => number.ToString(CultureInfo.InvariantCulture)).Order(), consumer.Received.Order());
    }

    [Fact]
    public async Task A_broker_opened_by_a_bad_file_is_seen_by_the_canary_and_closed_by_the_next_publication()
    {
        await using var world = await BrokerWorld.StartAsync();
        Assert.True((await world.Publisher.PublishAsync()).IsInForce);
        await world.CanarySaysAsync(HealthStatus.Healthy);
        await using var service = await world.ServiceAsync("observer");

        await File.WriteAllTextAsync(world.LiveAcl, "TOPIC read a\n");
        await world.Broker.HangUpAsync();
        await Eventually.HoldsAsync(() => service.MayPublishAsync(Forbidden), "Mosquitto 2.0 opens on a bad file");

        await world.CanarySaysAsync(HealthStatus.Unhealthy);
        await world.Publisher.PublishAsync();
        await Eventually.HoldsAsync(async () => (await world.Publisher.PublishAsync()).IsInForce, "the broker is closed again");
        Assert.False(await service.MayPublishAsync(Forbidden));
    }

    [Fact]
    public async Task Behind_the_watcher_no_bad_missing_or_truncated_ACL_reaches_the_broker()
    {
        await using var world = await BrokerWorld.StartAsync(withWatcher: true);
        var device = world.Issue("d1");
        world.Revoke(world.PublishedCrl);
        await using var watcher = world.StartWatcher();
        Assert.Equal(AclPublicationOutcome.Published, (await world.Publisher.PublishAsync()).Outcome);
        var good = await File.ReadAllTextAsync(world.PublishedAcl);
        await using var session = await world.DeviceAsync(device);

        foreach (var bad in new[] { null, "TOPIC read a\n", good[..(good.Length / 2)], good.Replace("user t:d1", "user t:d9", StringComparison.Ordinal), string.Empty })
        {
            await RefuseAsync(watcher, world.PublishedAcl, bad);
            await world.Broker.HangUpAsync();
            Assert.False(await session.MayPublishAsync(Forbidden));
            Assert.True(await session.MayPublishAsync(device.Topic("telemetry")));
        }
    }

    [Fact]
    public async Task Behind_the_watcher_no_bad_missing_or_truncated_CRL_reaches_the_broker()
    {
        await using var world = await BrokerWorld.StartAsync(withWatcher: true);
        var (revoked, other) = (world.Issue("d1"), world.Issue("d2"));
        world.Revoke(world.PublishedCrl);
        await using var watcher = world.StartWatcher();
        Assert.True((await world.Publisher.PublishAsync()).IsInForce);
        Assert.True(await world.IsLetInAsync(revoked));
        world.Revoke(world.PublishedCrl, revoked);
        await Eventually.HoldsAsync(async () => !await world.IsLetInAsync(revoked), "the CRL is in force", seconds: 60);
        var good = await File.ReadAllTextAsync(world.PublishedCrl);

        foreach (var bad in new[] { null, "no CRL\n", good[..(good.Length / 2)], string.Empty })
        {
            await RefuseAsync(watcher, world.PublishedCrl, bad);
            await world.Broker.HangUpAsync();
            Assert.False(await world.IsLetInAsync(revoked));
        }

        Assert.True(await world.IsLetInAsync(other));
    }

    /// <summary>Publishes what must be refused, and waits until the watcher has done so more often than it could for what lay there before.</summary>
    private static async Task RefuseAsync(Tool watcher, string file, string? text)
    {
        File.Delete(file);
        if (text is not null)
        {
            await File.WriteAllTextAsync(file + ".tmp", text);
            File.Move(file + ".tmp", file);
        }

        var (said, refusal) = (watcher.Output.Length, text is null ? $"{file} is missing" : $"{file} is not good");
        await Eventually.HoldsAsync(() => watcher.Output[said..].Split(refusal).Length > 3, "the watcher refused", seconds: 60);
    }
}
