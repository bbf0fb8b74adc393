using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pulse.Auth;

/// <summary>Ends what a logout token names: browser sessions in the store, access tokens by the denylist.</summary>
internal sealed class BackchannelLogout(
    LogoutTokenValidator validator,
    IOptions<PulseBrowserLoginOptions> login,
    TrustedIssuers issuers,
    ISessionStore sessions,
    ITokenDenylist denylist,
    AuthMetrics metrics,
    TimeProvider time,
    ILogger<BackchannelLogout> logger)
{
    // Apart from the identifiers of access tokens, which are another set of tokens.
    private const string ReplayPrefix = "logout_token:";

    public async Task<LogoutTokenFailure> ReceiveAsync(string token, CancellationToken cancellationToken)
    {
        var (failure, claims) = await validator.ValidateAsync(token, cancellationToken).ConfigureAwait(false);
        if (failure == LogoutTokenFailure.None)
        {
            failure = await EndAsync(claims, cancellationToken).ConfigureAwait(false);
        }

        return Report(failure);
    }

    public LogoutTokenFailure Report(LogoutTokenFailure failure)
    {
        metrics.BackchannelLogoutEnded(failure);
        if (failure != LogoutTokenFailure.None)
        {
            Log.BackchannelLogoutRefused(logger, failure);
        }

        return failure;
    }

    private async Task<LogoutTokenFailure> EndAsync(LogoutClaims claims, CancellationToken cancellationToken)
    {
        try
        {
            return await TryEndAsync(claims, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            // Both stores are foreign code, and the provider must learn that the sessions may live on.
            Log.BackchannelLogoutBroke(logger, exception);
            return LogoutTokenFailure.Unavailable;
        }
    }

    private async Task<LogoutTokenFailure> TryEndAsync(LogoutClaims claims, CancellationToken cancellationToken)
    {
        var issuer = login.Value.Issuer;
        var limits = issuers.Limits;
        var now = time.GetUtcNow();
        var replay = TokenDenial.OfToken(issuer, ReplayPrefix + claims.TokenId, now + LogoutTokenRules.MaxAge + (2 * limits.ClockSkew));
        if (!await denylist.AddAsync(replay, cancellationToken).ConfigureAwait(false))
        {
            return LogoutTokenFailure.Replayed;
        }

        // No token issued so far outlives this.
        var until = now + limits.MaxLifetime + (2 * limits.ClockSkew);
        if (claims.SessionId is { } session)
        {
            await denylist.AddAsync(TokenDenial.OfSession(issuer, session, until), cancellationToken).ConfigureAwait(false);
            await sessions.RemoveByProviderSessionAsync(issuer, session, cancellationToken).ConfigureAwait(false);
            return LogoutTokenFailure.None;
        }

        // iat counts whole seconds: a token of the same second may be older than the logout.
        var issuedBefore = DateTimeOffset.FromUnixTimeSeconds(claims.IssuedAt.GetValueOrDefault() + 1);
        await denylist.AddAsync(TokenDenial.OfSubject(issuer, claims.Subject!, issuedBefore, until), cancellationToken).ConfigureAwait(false);
        await sessions.RemoveBySubjectAsync(issuer, claims.Subject!, cancellationToken).ConfigureAwait(false);
        return LogoutTokenFailure.None;
    }
}
