using Microsoft.Extensions.Logging;

namespace Pulse.Certs;

/// <summary>Everything this package logs; event ids 4000 to 4999.</summary>
internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Information, "Issued certificate {SerialNumber} to {Subject}, valid until {NotAfter:u}.")]
    public static partial void Issued(ILogger logger, string serialNumber, string subject, DateTimeOffset notAfter);

    [LoggerMessage(4001, LogLevel.Warning, "Refused a certificate request of {Subject}: {Refusal}.")]
    public static partial void Refused(ILogger logger, string subject, IssueRefusal refusal);

    [LoggerMessage(4002, LogLevel.Information, "Revoked certificate {SerialNumber} of {Subject}: {Reason}.")]
    public static partial void Revoked(ILogger logger, string serialNumber, string subject, RevocationReason reason);

    [LoggerMessage(4003, LogLevel.Information, "Released certificate {SerialNumber} of {Subject} from hold.")]
    public static partial void Released(ILogger logger, string serialNumber, string subject);

    [LoggerMessage(4004, LogLevel.Information, "Certificate {SerialNumber} of {Subject} has the successor {Successor} and is revoked after {RevokeAfter:u} or when that is seen.")]
    public static partial void Rotated(ILogger logger, string serialNumber, string subject, string successor, DateTimeOffset revokeAfter);

    [LoggerMessage(4010, LogLevel.Error, "A certificate event handler failed at {Notice}: {Handler}. What it was told of stands.")]
    public static partial void EventHandlerFailed(ILogger logger, Exception failure, string notice, string? handler);

    [LoggerMessage(4011, LogLevel.Warning, "Certificate event handlers took longer than {Patience} at {Notice}; they go on by themselves.")]
    public static partial void EventHandlerSlow(ILogger logger, string notice, TimeSpan patience);

    [LoggerMessage(4020, LogLevel.Error, "The revocation list could not be read; it is {Age} old, and devices are refused from {Limit} on.")]
    public static partial void RevocationRefreshFailed(ILogger logger, Exception failure, TimeSpan age, TimeSpan limit);

    [LoggerMessage(4021, LogLevel.Debug, "Read {Count} revoked serial numbers.")]
    public static partial void RevocationRefreshed(ILogger logger, int count);

    [LoggerMessage(4030, LogLevel.Error, "Overlaps of rotated certificates could not be ended; the next turn tries again.")]
    public static partial void RotationFailed(ILogger logger, Exception failure);

    [LoggerMessage(4040, LogLevel.Warning, "Certificate {SerialNumber} of {Subject} ends at {NotAfter:u} and has no successor ({Threshold}).")]
    public static partial void Expiring(ILogger logger, string serialNumber, string subject, DateTimeOffset notAfter, string threshold);

    [LoggerMessage(4041, LogLevel.Error, "Ending certificates could not be announced; the next turn tries again.")]
    public static partial void ExpiryFailed(ILogger logger, Exception failure);
}
