using Microsoft.Extensions.Logging;

namespace Pulse.Tenancy;

internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Error, "The server refused to switch to role {Role}; the pool was emptied. A pooler hands on connections in a role, or the schema was not bootstrapped.")]
    public static partial void EnterRefused(ILogger logger, string role);

    [LoggerMessage(2002, LogLevel.Information, "A transaction of {Items} items was refused with {SqlState} and runs again in parts.")]
    public static partial void ManySplit(ILogger logger, int items, string? sqlState);

    [LoggerMessage(2003, LogLevel.Information, "{Option}: login {Login} was examined and takes role {Role} alone.")]
    public static partial void LoginAccepted(ILogger logger, string option, string login, string role);

    [LoggerMessage(EventId = 2101, EventName = nameof(DoctorFound), Message = "The doctor found {Rule} at {Object}: {Finding}")]
    public static partial void DoctorFound(ILogger logger, LogLevel level, string rule, string @object, string finding);

    [LoggerMessage(2102, LogLevel.Information, "The doctor saw database {Database}: {Tables} tenants' tables, {Findings} findings, {Accepted} accepted.")]
    public static partial void DoctorLeft(ILogger logger, string database, int tables, int findings, int accepted);

    [LoggerMessage(2103, LogLevel.Warning, "The doctor was told not to look (AtStart = Off).")]
    public static partial void DoctorOff(ILogger logger);
}
