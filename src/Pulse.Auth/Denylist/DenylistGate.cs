using Microsoft.Extensions.Logging;

namespace Pulse.Auth;

/// <summary>The last check of every validation; without an answer of the denylist nothing is accepted.</summary>
internal sealed class DenylistGate(ITokenDenylist denylist, ILogger<DenylistGate> logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    public ValueTask<PulseTokenResult> CheckAsync(PulseTokenResult result, CancellationToken cancellationToken) =>
        result.Succeeded ? AskAsync(result, result.Token, cancellationToken) : ValueTask.FromResult(result);

    private async ValueTask<PulseTokenResult> AskAsync(PulseTokenResult result, VerifiedToken token, CancellationToken cancellationToken)
    {
        try
        {
            return await denylist.IsDeniedAsync(token, cancellationToken).ConfigureAwait(false)
                ? PulseTokenResult.Refused(PulseTokenFailure.Denied, token.Issuer)
                : result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            // The denylist is foreign code: whatever it throws, the token may be a denied one.
            Log.DenylistFailed(logger, exception);
            return PulseTokenResult.Unavailable(PulseTokenFailure.DenylistUnavailable, token.Issuer, RetryAfter);
        }
    }
}
