using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Pulse.Mqtt;

/// <summary>Reads CONNECT, decides who the client is, and rewrites the packet so that the broker sees only what was authenticated.</summary>
internal sealed class ConnectHandshake(IServiceAccounts accounts, IOptions<PulseMqttOptions> options, ILogger<ConnectHandshake> logger)
{
    private const int MaxUserName = 256;
    private const int FlagsPosition = 7;
    private const int CleanSessionFlag = 2;
    private const int ClientIdPosition = 10;

    /// <summary>Decides about a CONNECT.</summary>
    /// <param name="body">The body of the packet.</param>
    /// <param name="device">The device its certificate named; <see langword="null"/> on the service listener.</param>
    /// <param name="cancellationToken">Ends a password check.</param>
    public async ValueTask<ConnectOutcome> DecideAsync(byte[] body, DeviceIdentity? device, CancellationToken cancellationToken)
    {
        if (!TryReadVersion(body, out var isVersion5))
        {
            return ConnectOutcome.Refused("protocol_version", ConnectAnswers.UnsupportedVersion);
        }

        if (!isVersion5 && LacksClientId(body))
        {
            return Refuse("client_id", MqttConnectReasonCode.ClientIdentifierNotValid, isVersion5);
        }

        var formatter = new MqttPacketFormatterAdapter(
            isVersion5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311, new MqttBufferWriter(512, 65_535));
        if (!TryDecode(body, formatter, out var packet))
        {
            return Refuse("malformed", MqttConnectReasonCode.MalformedPacket, isVersion5);
        }

        if (packet.WillFlag)
        {
            return Refuse("will", MqttConnectReasonCode.NotAuthorized, isVersion5);
        }

        if (!string.IsNullOrEmpty(packet.AuthenticationMethod))
        {
            return Refuse("authentication_method", MqttConnectReasonCode.BadAuthenticationMethod, isVersion5);
        }

        return device is null
            ? await DecideServiceAsync(packet, formatter, isVersion5, cancellationToken).ConfigureAwait(false)
            : Accept(packet, formatter, device.Device.MqttName, device.AclClient, device, AssignedId(packet, device.Device.MqttName));
    }

    private async ValueTask<ConnectOutcome> DecideServiceAsync(
        MqttConnectPacket packet, MqttPacketFormatterAdapter formatter, bool isVersion5, CancellationToken cancellationToken)
    {
        var userName = packet.Username ?? string.Empty;
        if (!IsServiceUserName(userName))
        {
            return Refuse("user_name", MqttConnectReasonCode.BadUserNameOrPassword, isVersion5);
        }

        var verified = await VerifyAsync(userName, packet.Password ?? [], cancellationToken).ConfigureAwait(false);
        if (verified is null)
        {
            return Refuse("accounts_unavailable", MqttConnectReasonCode.ServerUnavailable, isVersion5);
        }

        if (verified == false)
        {
            return Refuse("password", MqttConnectReasonCode.BadUserNameOrPassword, isVersion5);
        }

        var clientId = packet.ClientId.Length > 0 ? packet.ClientId : "auto-" + RandomNumberGenerator.GetHexString(32, lowercase: true);

        // The length keeps two accounts from meeting in one name; the slash keeps services and devices apart.
        var id = $"s/{userName.Length}/{userName}/{clientId}";
        return Accept(packet, formatter, id, new AclClient(clientId, userName), device: null, AssignedId(packet, clientId));
    }

    private async ValueTask<bool?> VerifyAsync(string userName, byte[] password, CancellationToken cancellationToken)
    {
        try
        {
            return await accounts.VerifyAsync(userName, password, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A seam that fails proves nobody: refused, and said so.
            Log.AccountsFailed(logger, exception);
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(password);
        }
    }

    private ConnectOutcome Accept(
        MqttConnectPacket packet, MqttPacketFormatterAdapter formatter, string id, AclClient aclClient, DeviceIdentity? device, string? assignedId)
    {
        var most = (ushort)options.Value.MaxKeepAlive.TotalSeconds;
        var keepAlive = packet.KeepAlivePeriod == 0 ? most : Math.Min(packet.KeepAlivePeriod, most);
        var session = new ClientSession
        {
            Id = id,
            AclClient = aclClient,
            Device = device,
            IsVersion5 = formatter.ProtocolVersion == MqttProtocolVersion.V500,
            KeepAlive = TimeSpan.FromSeconds(keepAlive),
            ServerKeepAlive = keepAlive == packet.KeepAlivePeriod ? (ushort)0 : keepAlive,
            AssignedClientId = assignedId,
            MaxPacketSize = packet.MaximumPacketSize,
        };

        // The broker behind gets one clean session per identity and no clock of its own: keep-alive is measured where packets arrive.
        packet.ClientId = id;
        packet.Username = aclClient.UserName;
        packet.Password = null;
        packet.CleanSession = true;
        packet.SessionExpiryInterval = 0;
        packet.KeepAlivePeriod = 0;
        packet.TopicAliasMaximum = 0;
        return ConnectOutcome.Accepted(session, packet, formatter);
    }

    private bool TryDecode(byte[] body, MqttPacketFormatterAdapter formatter, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out MqttConnectPacket? packet)
    {
        packet = null;
        if ((body[FlagsPosition] & 1) != 0)
        {
            return false;
        }

        try
        {
            packet = (MqttConnectPacket)formatter.Decode(new ReceivedMqttPacket((int)PacketType.Connect << 4, body, body.Length));
        }
        catch (Exception exception)
        {
            // The decoder meets hostile bytes and has no closed set of exceptions; whatever it throws, the packet is malformed.
            Log.Undecodable(logger, "a connecting client", exception);
            return false;
        }

        packet.ClientId ??= string.Empty;
        return IsText(packet.ClientId) && IsText(packet.Username ?? string.Empty);
    }

    /// <summary>The decoder turns invalid UTF-8 into U+FFFD, which nobody needs in a name.</summary>
    private static bool IsText(string text) =>
        !text.Contains('\uFFFD', StringComparison.Ordinal) && !text.Contains('\0', StringComparison.Ordinal);

    /// <summary>A colon is refused because only a device's name has one.</summary>
    private static bool IsServiceUserName(string name) =>
        name.Length is > 0 and <= MaxUserName && !name.Contains(':', StringComparison.Ordinal) && !name.Any(char.IsControl);

    private static string? AssignedId(MqttConnectPacket packet, string id) =>
        string.Equals(packet.ClientId, id, StringComparison.Ordinal) ? null : id;

    private static bool TryReadVersion(ReadOnlySpan<byte> body, out bool isVersion5)
    {
        isVersion5 = false;
        if (body.Length <= FlagsPosition || !body.StartsWith("\0\u0004MQTT"u8))
        {
            return false;
        }

        isVersion5 = body[6] == 5;
        return body[6] is 4 or 5;
    }

    /// <summary>A session that is to last needs a name (MQTT 3.1.1 §3.1.3.1). The decoder would call the packet malformed, and the client learn nothing.</summary>
    private static bool LacksClientId(ReadOnlySpan<byte> body) =>
        body.Length > ClientIdPosition && (body[FlagsPosition] & CleanSessionFlag) == 0 && body[ClientIdPosition..].StartsWith("\0\0"u8);

    private static ConnectOutcome Refuse(string reason, MqttConnectReasonCode code, bool isVersion5) =>
        ConnectOutcome.Refused(reason, ConnectAnswers.Of(code, isVersion5));
}
