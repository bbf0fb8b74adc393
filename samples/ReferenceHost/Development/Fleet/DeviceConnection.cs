using System.Buffers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Pulse.ReferenceHost.Development.Fleet;

/// <summary>One device's real connection: MQTT 5 over mutual TLS, its certificate and nothing else as identity.</summary>
internal sealed class DeviceConnection : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly X509Certificate2 _certificate;

    private DeviceConnection(X509Certificate2 certificate) => _certificate = certificate;

    /// <summary>Completes with the reason when the connection is over.</summary>
    public Task<string> Ended => _ended.Task;

    /// <summary>Connects; throws when TLS or the endpoint refuses.</summary>
    public static async Task<DeviceConnection> OpenAsync(
        int port, X509Certificate2 authority, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        var connection = new DeviceConnection(certificate);
        try
        {
            connection._client.DisconnectedAsync += e =>
            {
                connection._ended.TrySetResult(e.ReasonString ?? e.Reason.ToString());
                return Task.CompletedTask;
            };
            var options = new MqttClientOptionsBuilder()
                .WithTcpServer("127.0.0.1", port)
                .WithProtocolVersion(MqttProtocolVersion.V500)
                .WithTimeout(Patience)
                .WithKeepAlivePeriod(TimeSpan.FromSeconds(30))
                .WithTlsOptions(tls => tls
                    .UseTls()
                    .WithTrustChain([authority])
                    .WithRevocationMode(X509RevocationMode.NoCheck)
                    .WithClientCertificates([certificate]))
                .Build();
            var answer = await connection._client.ConnectAsync(options, cancellationToken);
            return answer.ResultCode == MqttClientConnectResultCode.Success
                ? connection
                : throw new InvalidOperationException($"The endpoint refused the connection: {answer.ResultCode}.");
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Publishes with QoS 1 and answers the reason code of the PUBACK.</summary>
    public async Task<MqttClientPublishReasonCode> PublishAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var message = new MqttApplicationMessageBuilder()
            .WithTopic(topic)
            .WithPayload(new ReadOnlySequence<byte>(payload))
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .Build();
        var answer = await _client.PublishAsync(message, cancellationToken);
        return answer.ReasonCode;
    }

    public Task<MqttClientPublishReasonCode> PublishAsync(string topic, string payload, CancellationToken cancellationToken) =>
        PublishAsync(topic, Encoding.UTF8.GetBytes(payload), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_client.IsConnected)
        {
            await _client.DisconnectAsync(new MqttClientDisconnectOptions(), CancellationToken.None);
        }

        _client.Dispose();
        _certificate.Dispose();
    }
}
