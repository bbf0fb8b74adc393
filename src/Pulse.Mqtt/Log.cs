using Microsoft.Extensions.Logging;

namespace Pulse.Mqtt;

/// <summary>Everything the package logs. Event ids 3000 to 3999; they are listed in the README and never reused.</summary>
internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Information, "ACL loaded from {Path}: {Diagnostics} diagnostics.")]
    public static partial void AclLoaded(ILogger logger, string path, int diagnostics);

    [LoggerMessage(3001, LogLevel.Error, "ACL file {Path} is invalid and was not loaded; the last good rules stay in force. First error: {Error}.")]
    public static partial void AclInvalid(ILogger logger, string path, AclDiagnostic error);

    [LoggerMessage(3002, LogLevel.Error, "ACL file {Path} cannot be read; the last good rules stay in force.")]
    public static partial void AclUnreadable(ILogger logger, string path, Exception exception);

    [LoggerMessage(3003, LogLevel.Warning, "ACL file {Path}: {Diagnostic}.")]
    public static partial void AclDiagnosed(ILogger logger, string path, AclDiagnostic diagnostic);

    [LoggerMessage(3010, LogLevel.Warning, "Client certificate refused in the handshake from {Peer}: {Reason}.")]
    public static partial void CertificateRefused(ILogger logger, string? peer, string reason);

    [LoggerMessage(3011, LogLevel.Error, "IDeviceTrust.Check threw; the certificate was refused.")]
    public static partial void TrustFailed(ILogger logger, Exception exception);

    [LoggerMessage(3012, LogLevel.Warning, "CONNECT refused on the {Listener} listener from {Peer}: {Reason}.")]
    public static partial void ConnectRefused(ILogger logger, MqttListener listener, string? peer, string reason);

    [LoggerMessage(3013, LogLevel.Error, "IServiceAccounts.VerifyAsync threw; the connection was refused.")]
    public static partial void AccountsFailed(ILogger logger, Exception exception);

    [LoggerMessage(3014, LogLevel.Debug, "{Client} connected on the {Listener} listener.")]
    public static partial void Connected(ILogger logger, string client, MqttListener listener);

    [LoggerMessage(3015, LogLevel.Debug, "{Client} disconnected.")]
    public static partial void Disconnected(ILogger logger, string client);

    [LoggerMessage(3016, LogLevel.Information, "Session of {Client} ended by the endpoint: {Reason}.")]
    public static partial void SessionEnded(ILogger logger, string client, string reason);

    [LoggerMessage(3017, LogLevel.Information, "{Count} sessions of {Device} ended from outside: {Reason}.")]
    public static partial void SessionsEnded(ILogger logger, int count, DeviceKey device, SessionEndReason reason);

    [LoggerMessage(3018, LogLevel.Warning, "A packet of {Client} could not be decoded.")]
    public static partial void Undecodable(ILogger logger, string client, Exception exception);

    [LoggerMessage(3019, LogLevel.Error, "The connection of {Client} failed.")]
    public static partial void ConnectionFailed(ILogger logger, string client, Exception exception);

    [LoggerMessage(3020, LogLevel.Error, "The sink refused a batch of {Count} messages; it is kept and tried again, nothing is acknowledged.")]
    public static partial void SinkFailed(ILogger logger, int count, Exception exception);

    [LoggerMessage(3021, LogLevel.Error, "The quarantine sink refused {Count} records; they are kept and tried again, nothing is acknowledged.")]
    public static partial void QuarantineFailed(ILogger logger, int count, Exception exception);

    [LoggerMessage(3022, LogLevel.Error, "The device registry failed; the messages that need it wait unacknowledged.")]
    public static partial void RegistryFailed(ILogger logger, Exception exception);

    [LoggerMessage(3023, LogLevel.Warning, "{Count} unacknowledged messages of a closed connection were given up.")]
    public static partial void MessagesAbandoned(ILogger logger, int count, Exception exception);

    [LoggerMessage(3024, LogLevel.Error, "The endpoint stopped with {Count} messages unwritten and unacknowledged.")]
    public static partial void DrainAbandoned(ILogger logger, int count);

    [LoggerMessage(3030, LogLevel.Error, "MQTTnet: {Message}")]
    public static partial void MqttNetError(ILogger logger, string message, Exception? exception);

    [LoggerMessage(3031, LogLevel.Warning, "MQTTnet: {Message}")]
    public static partial void MqttNetWarning(ILogger logger, string message, Exception? exception);

    [LoggerMessage(3040, LogLevel.Information, "ACL of the broker: {Outcome}, {Users} users.")]
    public static partial void AclPublished(ILogger logger, AclPublicationOutcome outcome, int users);

    [LoggerMessage(3041, LogLevel.Error, "ACL of the broker not published: {Outcome}. The broker decides by its last rules unless the outcome says otherwise.")]
    public static partial void AclNotPublished(ILogger logger, AclPublicationOutcome outcome);

    [LoggerMessage(3042, LogLevel.Error, "IAclSource.ReadAsync threw; the published ACL file stays as it is.")]
    public static partial void AclSourceFailed(ILogger logger, Exception exception);

    [LoggerMessage(3043, LogLevel.Error, "ACL file {Path} cannot be written; the one in place stays.")]
    public static partial void AclWriteFailed(ILogger logger, string path, Exception exception);

    [LoggerMessage(3044, LogLevel.Error, "The broker could not be signalled: {Why}.")]
    public static partial void BrokerSignalFailed(ILogger logger, string why);

    [LoggerMessage(3045, LogLevel.Error, "The broker refused the service account: {Code}.")]
    public static partial void BrokerRefusedService(ILogger logger, string code);

    [LoggerMessage(3046, LogLevel.Warning, "The broker did not answer the service account.")]
    public static partial void BrokerUnreachable(ILogger logger, Exception exception);

    [LoggerMessage(3047, LogLevel.Critical, "The broker does not protect: {Seen}.")]
    public static partial void BrokerOpen(ILogger logger, BrokerProtection seen);

    [LoggerMessage(3048, LogLevel.Error, "The session of {Device} ({Reason}) could not be ended: the broker did not take the service account in time.")]
    public static partial void BrokerSessionNotEnded(ILogger logger, DeviceKey device, SessionEndReason reason);
}
