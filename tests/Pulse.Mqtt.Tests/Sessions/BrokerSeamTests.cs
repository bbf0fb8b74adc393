using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Packets;

namespace Pulse.Mqtt.Tests.Sessions;

/// <summary>What MQTTnet sees of this endpoint, and what is heard of MQTTnet.</summary>
public sealed class BrokerSeamTests
{
    [Theory]
    [InlineData(MqttNetLogLevel.Error, 3030, LogLevel.Error)]
    [InlineData(MqttNetLogLevel.Warning, 3031, LogLevel.Warning)]
    public void Warnings_and_errors_of_MQTTnet_are_passed_on(MqttNetLogLevel level, int id, LogLevel passedAs)
    {
        var log = new FakeLogger<BrokerLogger>();
        var exception = new IOException("x");
        var logger = new BrokerLogger(log);

        logger.Publish(level, "source", "client {0} of {1}", ["a", 2], exception);
        logger.Publish(level, "source", "{plain}", [], null);
        logger.Publish(level, "source", "{plain}", null, null);

        Assert.True(logger.IsEnabled);
        Assert.All(log.Collector.GetSnapshot(), entry => Assert.Equal((id, passedAs), (entry.Id.Id, entry.Level)));
        Assert.Equal(["MQTTnet: client a of 2", "MQTTnet: {plain}", "MQTTnet: {plain}"], log.Collector.GetSnapshot().Select(static entry => entry.Message));
        Assert.Same(exception, log.Collector.GetSnapshot()[0].Exception);
    }

    [Theory]
    [InlineData(MqttNetLogLevel.Info)]
    [InlineData(MqttNetLogLevel.Verbose)]
    public void Its_chatter_is_not(MqttNetLogLevel level)
    {
        var log = new FakeLogger<BrokerLogger>();

        new BrokerLogger(log).Publish(level, "source", "chatter", null, null);

        Assert.Empty(log.Collector.GetSnapshot());
    }

    [Fact]
    public void Before_the_broker_is_started_no_session_is_run()
    {
        using var adapter = new BrokerAdapter();

        Assert.Throws<InvalidOperationException>(() => adapter.HandleAsync(null!).IsCompleted);
    }

    [Fact]
    public async Task A_connection_shows_MQTTnet_no_more_than_it_needs()
    {
        await using var world = await EndpointWorld.StartAsync();
        var client = world.OpenDevice();
        var connection = client.Connection;

        Assert.Throws<InvalidOperationException>(() => connection.Id);
        Assert.Throws<InvalidOperationException>(() => connection.PacketFormatterAdapter);
        await Assert.ThrowsAsync<NotSupportedException>(() => connection.ConnectAsync(CancellationToken.None));
        await client.SendAsync(Packets.Connect());
        await client.ReceiveAsync<MqttConnAckPacket>();
        await client.NothingAsync();

        Assert.Equal((null, null, true), (connection.ClientCertificate, connection.LocalEndPoint, connection.IsSecureConnection));
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 4711), connection.RemoteEndPoint);
        Assert.True(connection.BytesSent > 0);
        connection.ResetStatistics();
        Assert.Equal((0, 0), (connection.BytesSent, connection.BytesReceived));
        await client.SendAsync(Packets.Publish("tenant/t1/device/d1/commands/ack", "{}"u8));
        await client.ReceiveAsync();
        Assert.Equal(2 + 32 + 2 + 1 + 2, connection.BytesReceived);
    }
}
