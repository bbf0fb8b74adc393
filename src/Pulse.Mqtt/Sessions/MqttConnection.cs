using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Pulse.Mqtt;

/// <summary>
/// One client from CONNECT to the end. It reads the wire itself: a device's PUBLISH goes to the ingest pipeline and never reaches the broker
/// behind; the few other packets are handed on.
/// </summary>
internal sealed partial class MqttConnection : IMqttChannelAdapter
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(10);
    private static readonly byte[] PingResponse = [(int)PacketType.PingResp << 4, 0];

    private readonly MqttTransport _transport;
    private readonly DeviceIdentity? _device;
    private readonly EndpointServices _services;
    private readonly PacketReader _reader;

    // Not linked to the transport's end: what a client sent before it left is still to be read, and the end of what it sent ends the reading.
    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "Whoever ends the session may still be about to cancel it; without a timer it holds nothing.")]
    private readonly CancellationTokenSource _stop = new();

    private readonly CancellationTokenSource _abandon = new();
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _controlAnswered = new(1, 1);

    private ClientSession? _session;
    private MqttOutput? _output;
    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "ReleaseAsync disposes of it, after its last message.")]
    private DeviceBacklog? _backlog;

    private DeviceInbound? _inbound;
    private SubscriptionGate? _subscriptions;
    private MqttPacketFormatterAdapter? _formatter;
    private MqttConnectPacket? _connect;
    private long _lastPacket;
    private int _ended;
    private MqttDisconnectReasonCode _endCode;

    public MqttConnection(MqttTransport transport, TrustedCertificate? certificate, EndpointServices services)
    {
        _transport = transport;
        _device = certificate is { } proven ? new DeviceIdentity(proven) : null;
        _services = services;
        _reader = new PacketReader(transport.Pipe.Input);
    }

    /// <summary>The one name of the client inside the endpoint.</summary>
    public string Id => Session.Id;

    /// <summary>Completes when the session is over and its name is free.</summary>
    public Task Finished => _finished.Task;

    /// <summary>Whether the client waits for us, not we for the client: its window is full.</summary>
    public bool IsPaused => _inbound is { IsPaused: true };

    public long BytesReceived { get; private set; }

    public long BytesSent { get; private set; }

    public X509Certificate2? ClientCertificate => null;

    public EndPoint? RemoteEndPoint => _transport.RemoteEndPoint;

    public EndPoint? LocalEndPoint => null;

    public bool IsSecureConnection => true;

    public MqttPacketFormatterAdapter PacketFormatterAdapter => _formatter ?? throw NotConnected();

    private ClientSession Session => _session ?? throw NotConnected();

    private MqttOutput Output => _output ?? throw NotConnected();

    private bool HasEnded => Volatile.Read(ref _ended) != 0;

    /// <summary>Serves the client until it leaves or is sent away. The transport may be closed when this returns.</summary>
    public async Task RunAsync()
    {
        _services.Metrics.Connected(_transport.Listener);
        using var stopping = _services.Stopping.UnsafeRegister(
            static state => ((MqttConnection)state!).End(MqttDisconnectReasonCode.ServerShuttingDown, "shutdown"), this);
        try
        {
            if (await ConnectAsync().ConfigureAwait(false))
            {
                await _services.Connections.AddAsync(this).ConfigureAwait(false);
                Log.Connected(_services.Logger, Id, _transport.Listener);
                await _services.Broker.HandleAsync(this).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (MqttOutput.IsTransportGone(exception))
        {
            // The client left, or was sent away.
        }
        catch (Exception exception)
        {
            // One connection's failure must not become another's, or the server's.
            Log.ConnectionFailed(_services.Logger, _session?.Id ?? "a connecting client", exception);
        }
        finally
        {
            await CloseAsync().ConfigureAwait(false);
            _services.Metrics.Disconnected(_transport.Listener);
        }
    }

    /// <summary>Ends the session from our side; the first reason given counts.</summary>
    public void End(MqttDisconnectReasonCode code, string reason)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return;
        }

        _endCode = code;
        if (_session is { } session)
        {
            Log.SessionEnded(_services.Logger, session.Id, reason);
            _services.Metrics.Ended(reason);
        }

        _stop.Cancel();
    }

    /// <summary>Cuts the transport.</summary>
    public void Abort() => _transport.Abort();

    /// <summary>
    /// Ends the session when the client does not read what it is sent, was silent for one and a half times its keep-alive (MQTT 5.0
    /// §3.1.2.10), or left and what it sent before cannot be taken.
    /// </summary>
    public void CheckLiveness()
    {
        if (_output is { IsUnread: true })
        {
            End(MqttDisconnectReasonCode.QuotaExceeded, "not_reading");
            return;
        }

        var silence = _services.Time.GetElapsedTime(Volatile.Read(ref _lastPacket));
        if (!IsPaused && silence > Session.KeepAlive * 1.5)
        {
            End(MqttDisconnectReasonCode.KeepAliveTimeout, "keep_alive");
            return;
        }

        var hasLeft = _transport.Closed.IsCancellationRequested;
        if (hasLeft && silence > DrainPatience)
        {
            End(MqttDisconnectReasonCode.UnspecifiedError, "left");
        }
    }

    public bool MayReceive(string topic) => !HasEnded && _subscriptions is { } gate && gate.MayReceive(topic);

    public async Task<MqttPacket?> ReceivePacketAsync(CancellationToken cancellationToken)
    {
        if (_connect is { } connect)
        {
            _connect = null;
            return connect;
        }

        using var fromBroker = cancellationToken.UnsafeRegister(
            static state => ((MqttConnection)state!).End(MqttDisconnectReasonCode.UnspecifiedError, "broker"), this);
        try
        {
            while (!HasEnded)
            {
                var head = await _reader.ReadHeadAsync(_stop.Token).ConfigureAwait(false);
                if (head.IsEnd)
                {
                    return null;
                }

                var packet = await HandleAsync(head).ConfigureAwait(false);
                Touch(head.Length);
                if (packet is not null)
                {
                    return packet;
                }
            }
        }
        catch (Exception exception) when (MqttOutput.IsTransportGone(exception))
        {
            // No more packets: MQTTnet takes null as the end of the connection.
        }

        return null;
    }

    public async Task SendPacketAsync(MqttPacket packet, CancellationToken cancellationToken)
    {
        var answersControl = packet is MqttSubAckPacket or MqttUnsubAckPacket;
        packet = packet switch
        {
            MqttConnAckPacket answer => Announce(answer),
            MqttSubAckPacket answer => _subscriptions!.Answer(answer.PacketIdentifier, answer.ReasonCodes),
            _ => packet,
        };
        try
        {
            BytesSent += await Output.WriteAsync(packet, PacketFormatterAdapter, Session.MaxPacketSize, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (answersControl)
            {
                _controlAnswered.Release();
            }
        }
    }

    public Task ConnectAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException("A server's connection is made by its client.");

    public Task DisconnectAsync(CancellationToken cancellationToken)
    {
        return _stop.CancelAsync();
    }

    public void ResetStatistics() => (BytesReceived, BytesSent) = (0, 0);

    public void Dispose()
    {
        // RunAsync releases everything: MQTTnet may dispose of its adapter while the backlog still waits for its commit.
    }

    private async Task<bool> ConnectAsync()
    {
        using var patience = new CancellationTokenSource(_services.Options.ConnectTimeout, _services.Time);
        using var token = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, patience.Token);
        var head = await _reader.ReadHeadAsync(token.Token).ConfigureAwait(false);
        if (head.Type != PacketType.Connect || !head.HasValidFlags || head.Length > PacketLimits.MaxControlPacket)
        {
            return Refused("no_connect");
        }

        var body = await ReadBodyAsync(head.Length, token.Token).ConfigureAwait(false);
        if (body is null)
        {
            return Refused("no_connect");
        }

        var outcome = await _services.Handshake.DecideAsync(body, _device, token.Token).ConfigureAwait(false);
        if (outcome.Session is not { } session)
        {
            await _transport.Pipe.Output.WriteAsync(outcome.Answer, token.Token).ConfigureAwait(false);
            return Refused(outcome.Reason);
        }

        Open(session, outcome);
        return true;
    }

    private void Open(ClientSession session, ConnectOutcome outcome)
    {
        _session = session;
        _connect = outcome.Packet;
        _formatter = outcome.Formatter;
        _output = new MqttOutput(_transport.Pipe.Output, session.IsVersion5);
        _subscriptions = new SubscriptionGate(session, _services.Acl, _services.Ingest);
        if (_device is { } device)
        {
            _backlog = new DeviceBacklog(device, _output, _services.Options.MaxInFlightPerConnection, _services.Ingest, _abandon.Token);
            _inbound = new DeviceInbound(_reader, session, device, _backlog, _services.Acl, _services.Ingest, _services.Options.MaxPayloadBytes);
        }

        Touch(0);
    }

    private bool Refused(string reason)
    {
        Log.ConnectRefused(_services.Logger, _transport.Listener, _transport.RemoteEndPoint?.ToString(), reason);
        _services.Metrics.Refused(reason);
        return false;
    }

    private void Touch(int bytes)
    {
        BytesReceived += bytes;
        Volatile.Write(ref _lastPacket, _services.Time.GetTimestamp());
    }

    private async Task CloseAsync()
    {
        if (_endCode == MqttDisconnectReasonCode.ServerShuttingDown && _backlog is { } draining)
        {
            await draining.WhenIdleAsync().WaitAsync(DrainPatience, _services.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_output is { } output)
        {
            using var patience = new CancellationTokenSource(LastWords, _services.Time);
            await output.CloseAsync(LastPacket(), patience.Token).ConfigureAwait(false);
            if (patience.IsCancellationRequested)
            {
                Abort();
            }
        }

        if (_session is { } session)
        {
            _services.Connections.Remove(this);
            Log.Disconnected(_services.Logger, session.Id);
        }

        _finished.TrySetResult();
        _ = ReleaseAsync();
    }

    private ReadOnlyMemory<byte> LastPacket()
    {
        var isTold = HasEnded && Session.IsVersion5;
        return isTold ? new byte[] { (int)PacketType.Disconnect << 4, 1, (byte)_endCode } : ReadOnlyMemory<byte>.Empty;
    }

    /// <summary>
    /// Waits for what the client sent before it left, a QoS 0 message above all, but not for ever: while a sink or the registry fails,
    /// reconnecting clients must not pile up backlogs.
    /// </summary>
    private async Task ReleaseAsync()
    {
        if (_backlog is { } backlog)
        {
            var idle = backlog.WhenIdleAsync();
            await idle.WaitAsync(DrainPatience, _services.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _abandon.CancelAsync().ConfigureAwait(false);
            await idle.ConfigureAwait(false);
            backlog.Dispose();
        }

        _output?.Dispose();
        _abandon.Dispose();
        _controlAnswered.Dispose();
    }

    private static InvalidOperationException NotConnected() => new("The client has not connected yet.");
}
