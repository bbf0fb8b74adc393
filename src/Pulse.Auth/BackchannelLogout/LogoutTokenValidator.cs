using System.Buffers;
using Microsoft.Extensions.Options;

namespace Pulse.Auth;

/// <summary>Decides whether a text is a logout token of the login's provider for this client.</summary>
internal sealed class LogoutTokenValidator(TrustedIssuers issuers, IOptions<PulseBrowserLoginOptions> login, TimeProvider time)
{
    public async ValueTask<(LogoutTokenFailure Failure, LogoutClaims Claims)> ValidateAsync(string token, CancellationToken cancellationToken)
    {
        // The options are refused at start unless this issuer is in the table.
        var issuer = issuers.Find(login.Value.Issuer)!;
        var failure = Judge(token, issuer, out var claims, out var lacking);
        if (lacking is null)
        {
            return (failure, claims);
        }

        var refresh = await issuer.Keys.RefreshForTokenAsync(lacking, cancellationToken).ConfigureAwait(false);
        failure = Judge(token, issuer, out claims, out lacking);
        return lacking is not null && refresh == KeyRefresh.Failed ? (LogoutTokenFailure.Unavailable, claims) : (failure, claims);
    }

    /// <param name="token">The token.</param>
    /// <param name="issuer">Its issuer.</param>
    /// <param name="claims">What it says.</param>
    /// <param name="lacking">The key newer keys of the issuer might bring; null when they would change nothing.</param>
    private LogoutTokenFailure Judge(string token, TrustedIssuer issuer, out LogoutClaims claims, out MissingKey? lacking)
    {
        claims = new LogoutClaims();
        lacking = null;
        if (token.Length > issuers.Limits.MaxTokenBytes)
        {
            return LogoutTokenFailure.Malformed;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(CompactJws.BufferSize(token.Length));
        try
        {
            return CompactJws.TryParse(token, buffer, out var jws)
                ? Judge(jws, issuer, out claims, out lacking)
                : LogoutTokenFailure.Malformed;
        }
        finally
        {
            // As with access tokens, the next owner of the buffer is anyone.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private LogoutTokenFailure Judge(CompactJws jws, TrustedIssuer issuer, out LogoutClaims claims, out MissingKey? lacking)
    {
        lacking = null;
        claims = new LogoutClaims();
        var header = JoseHeader.TryRead(jws.Header, out var jose);
        if (header == PulseTokenFailure.AlgorithmNotAllowed)
        {
            return LogoutTokenFailure.AlgorithmNotAllowed;
        }

        if (header != PulseTokenFailure.None || !LogoutClaimsReader.TryRead(jws.Payload, out claims))
        {
            return LogoutTokenFailure.Malformed;
        }

        var failure = LogoutTokenRules.Check(jose, claims, issuer, login.Value.ClientId, issuers.Limits.ClockSkew, time.GetUtcNow());
        if (failure != LogoutTokenFailure.None)
        {
            return failure;
        }

        var snapshot = issuer.Keys.Current;
        var signature = SignatureCheck.Verify(jws, jose, snapshot, out _);
        lacking = signature is PulseTokenFailure.KeyUnknown or PulseTokenFailure.KeysUnavailable
            ? new MissingKey(jose.KeyId, snapshot?.Generation ?? 0)
            : null;
        if (signature == PulseTokenFailure.KeysUnavailable)
        {
            return LogoutTokenFailure.Unavailable;
        }

        return signature == PulseTokenFailure.None ? LogoutTokenFailure.None : LogoutTokenFailure.SignatureInvalid;
    }
}
