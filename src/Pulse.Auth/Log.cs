using Microsoft.Extensions.Logging;

namespace Pulse.Auth;

internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Debug, "Token refused by scheme {Scheme}: {Failure}")]
    public static partial void TokenRefused(ILogger logger, string scheme, PulseTokenFailure failure);

    [LoggerMessage(1001, LogLevel.Debug, "Keys of {Issuer} fetched: {Count} usable")]
    public static partial void KeysRefreshed(ILogger logger, string issuer, int count);

    [LoggerMessage(1002, LogLevel.Error, "Keys of {Issuer} could not be fetched ({Problem}); the last good set stays in use until it is too old")]
    public static partial void KeyRefreshFailed(ILogger logger, string issuer, KeySetProblem problem);

    [LoggerMessage(1003, LogLevel.Critical, "The fetch of the keys of {Issuer} failed in an unexpected way")]
    public static partial void KeyRefreshBroke(ILogger logger, Exception exception, string issuer);

    [LoggerMessage(1004, LogLevel.Error, "The denylist threw; the token is refused as if it were denied")]
    public static partial void DenylistFailed(ILogger logger, Exception exception);

    [LoggerMessage(1005, LogLevel.Error, "No keys of {Issuer} were ever fetched from {Address} ({Problem}): every token is answered 503. Check Issuer, MetadataAddress and JwksUri, and that this address answers from here")]
    public static partial void NoKeysYet(ILogger logger, string issuer, Uri address, KeySetProblem problem);

    [LoggerMessage(1010, LogLevel.Error, "AuthEvents threw; the event is lost")]
    public static partial void EventFailed(ILogger logger, Exception exception);

    [LoggerMessage(1011, LogLevel.Error, "Authentication events wait and the queue is full; the event is lost")]
    public static partial void EventDropped(ILogger logger);

    [LoggerMessage(1020, LogLevel.Warning, "Browser login refused: the provider's access token was refused ({Failure})")]
    public static partial void LoginTokenRefused(ILogger logger, PulseTokenFailure failure);

    [LoggerMessage(1021, LogLevel.Warning, "Browser login failed: {Reason}")]
    public static partial void LoginFailed(ILogger logger, string reason);

    [LoggerMessage(1022, LogLevel.Warning, "Logout refused: the request did not come from a page of this site")]
    public static partial void LogoutRefused(ILogger logger);

    [LoggerMessage(1023, LogLevel.Warning, "The provider could not be asked to end its session; the local session has ended")]
    public static partial void ProviderLogoutFailed(ILogger logger, Exception exception);

    [LoggerMessage(1024, LogLevel.Warning, "A stored session could not be read; it was removed")]
    public static partial void SessionUnreadable(ILogger logger);

    [LoggerMessage(1025, LogLevel.Warning, "Back-channel logout refused: {Failure}")]
    public static partial void BackchannelLogoutRefused(ILogger logger, LogoutTokenFailure failure);

    [LoggerMessage(1026, LogLevel.Error, "Back-channel logout failed in a store; sessions of a logged out user may live on")]
    public static partial void BackchannelLogoutBroke(ILogger logger, Exception exception);
}
