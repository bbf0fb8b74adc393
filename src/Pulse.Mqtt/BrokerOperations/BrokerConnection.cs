using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Pulse.Mqtt;

/// <summary>Speaks to the broker as the service account, one short connection per question.</summary>
internal sealed class BrokerConnection(IOptions<MosquittoOptions> options, TimeProvider time, ILogger<BrokerConnection> logger) : IBrokerProbe, IBrokerTakeOver
{
    private readonly MqttClientFactory _factory = new();

    public async ValueTask<ProbeAnswer> PublishAsync(string topic, CancellationToken cancellationToken)
    {
        var message = new MqttApplicationMessageBuilder().WithTopic(topic).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
        var answer = ProbeAnswer.None;
        await ConnectAsync(authority => AsService($"pulse-probe-{Guid.NewGuid():N}", authority), Ask, cancellationToken).ConfigureAwait(false);
        return answer;

        async Task Ask(IMqttClient client, CancellationToken inTime)
        {
            var result = await client.PublishAsync(message, inTime).ConfigureAwait(false);
            answer = result.ReasonCode switch
            {
                MqttClientPublishReasonCode.Success or MqttClientPublishReasonCode.NoMatchingSubscribers => ProbeAnswer.Allowed,
                MqttClientPublishReasonCode.NotAuthorized => ProbeAnswer.Denied,
                _ => ProbeAnswer.None,
            };
        }
    }

    public ValueTask<bool> TakeOverAsync(string clientId, CancellationToken cancellationToken) =>
        ConnectAsync(authority => AsService(clientId, authority), static (_, _) => Task.CompletedTask, cancellationToken);

    public ValueTask<bool> ConnectRevokedAsync(CancellationToken cancellationToken) =>
        ConnectAsync(AsRevoked, static (_, _) => Task.CompletedTask, cancellationToken);

    private async ValueTask<bool> ConnectAsync(Func<X509Certificate2?, MqttClientOptions> describe, Func<IMqttClient, CancellationToken, Task> use, CancellationToken cancellationToken)
    {
        using var inTime = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(inTime.Token, cancellationToken);
        using var client = _factory.CreateMqttClient();
        using var authority = options.Value.AuthorityFile.Length == 0 ? null : X509CertificateLoader.LoadCertificateFromFile(options.Value.AuthorityFile);
        try
        {
            var connected = await client.ConnectAsync(describe(authority), either.Token).ConfigureAwait(false);
            if (connected.ResultCode != MqttClientConnectResultCode.Success)
            {
                Log.BrokerRefusedService(logger, connected.ResultCode.ToString());
                return false;
            }

            await use(client, either.Token).ConfigureAwait(false);
            await client.DisconnectAsync(new MqttClientDisconnectOptions(), either.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is MqttCommunicationException or IOException or OperationCanceledException)
        {
            Log.BrokerUnreachable(logger, exception);
            return false;
        }
    }

    private MqttClientOptions AsService(string clientId, X509Certificate2? authority) =>
        Describe(clientId, options.Value.Port)
            .WithCredentials(options.Value.UserName, options.Value.Password)
            .WithTlsOptions(tls => tls.UseTls(!options.Value.AllowPlaintextOnLoopback).WithTrustChain(Chain(authority)))
            .Build();

    private MqttClientOptions AsRevoked(X509Certificate2? authority) =>
        Describe($"pulse-probe-{Guid.NewGuid():N}", options.Value.DevicePort)
            .WithTlsOptions(tls => tls.UseTls().WithTrustChain(Chain(authority)).WithClientCertificates(new X509Certificate2Collection(options.Value.RevokedCertificate!)))
            .Build();

    private MqttClientOptionsBuilder Describe(string clientId, int port) =>
        new MqttClientOptionsBuilder()
            .WithTcpServer(options.Value.Host, port)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(clientId)
            .WithCleanStart()
            .WithSessionExpiryInterval(0);

    private static X509Certificate2Collection Chain(X509Certificate2? authority) => authority is null ? [] : [authority];
}
