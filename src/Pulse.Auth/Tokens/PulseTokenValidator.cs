using System.Buffers;

namespace Pulse.Auth;

/// <summary>Bytes first, claims second, signature last: what is refused cheaply never reaches a key.</summary>
internal sealed class PulseTokenValidator(TrustedIssuers issuers, DenylistGate denylist, AuthMetrics metrics, TimeProvider time) : IPulseTokenValidator
{
    public ValueTask<PulseTokenResult> ValidateAsync(string token, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);

        var result = Judge(token);
        return NeedsKeys(result.Failure)
            ? RefreshAndValidateAsync(token, result, cancellationToken)
            : FinishAsync(result, cancellationToken);
    }

    private static bool NeedsKeys(PulseTokenFailure failure) =>
        failure is PulseTokenFailure.KeyUnknown or PulseTokenFailure.KeysUnavailable;

    private async ValueTask<PulseTokenResult> RefreshAndValidateAsync(string token, PulseTokenResult first, CancellationToken cancellationToken)
    {
        // Both failures name an issuer of the table.
        var keys = issuers.Find(first.Issuer)!.Keys;
        var refresh = await keys.RefreshForTokenAsync(cancellationToken).ConfigureAwait(false);

        // Also without a fetch of its own: the fetch of another request may have ended since the first look.
        var result = Judge(token);

        // An unknown key says nothing while the provider is down: the key may be a new one.
        result = refresh == KeyRefresh.Failed && NeedsKeys(result.Failure)
            ? PulseTokenResult.Unavailable(PulseTokenFailure.KeysUnavailable, first.Issuer!, keys.RetryAfter)
            : result;
        return await FinishAsync(result, cancellationToken).ConfigureAwait(false);
    }

    private PulseTokenResult Judge(string token)
    {
        if (token.Length > issuers.Limits.MaxTokenBytes)
        {
            return PulseTokenResult.Refused(PulseTokenFailure.TooLarge);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(CompactJws.BufferSize(token.Length));
        try
        {
            return CompactJws.TryParse(token, buffer, out var jws)
                ? Judge(jws)
                : PulseTokenResult.Refused(PulseTokenFailure.NotCompact);
        }
        finally
        {
            // The buffer holds the token, and its next owner is anyone.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private PulseTokenResult Judge(CompactJws jws)
    {
        var failure = JoseHeader.TryRead(jws.Header, out var header);
        if (failure != PulseTokenFailure.None)
        {
            return PulseTokenResult.Refused(failure);
        }

        failure = TokenClaimsReader.TryRead(jws.Payload, out var claims);
        if (failure != PulseTokenFailure.None)
        {
            return PulseTokenResult.Refused(failure, issuers.Find(claims.Issuer)?.Name);
        }

        var issuer = issuers.Find(claims.Issuer);
        if (issuer is null)
        {
            return PulseTokenResult.Refused(PulseTokenFailure.IssuerUnknown);
        }

        failure = TokenRules.Check(header, claims, issuer, issuers.Limits, time.GetUtcNow());
        return failure != PulseTokenFailure.None
            ? PulseTokenResult.Refused(failure, issuer.Name)
            : VerifySignature(jws, header, claims, issuer);
    }

    private static PulseTokenResult VerifySignature(CompactJws jws, in JoseHeader header, TokenClaims claims, TrustedIssuer issuer)
    {
        var keys = issuer.Keys.Current;
        if (keys is null)
        {
            return PulseTokenResult.Unavailable(PulseTokenFailure.KeysUnavailable, issuer.Name, issuer.Keys.RetryAfter);
        }

        var key = keys.Find(header.KeyId);
        if (key is null)
        {
            return PulseTokenResult.Refused(PulseTokenFailure.KeyUnknown, issuer.Name);
        }

        if ((key.Algorithms & header.Algorithm) == 0)
        {
            return PulseTokenResult.Refused(PulseTokenFailure.KeyMismatch, issuer.Name);
        }

        return key.Verify(header.Algorithm, jws.SigningInput, jws.Signature)
            ? PulseTokenResult.Accepted(new VerifiedToken(issuer.Name, claims.Subject!, claims))
            : PulseTokenResult.Refused(PulseTokenFailure.SignatureInvalid, issuer.Name);
    }

    private async ValueTask<PulseTokenResult> FinishAsync(PulseTokenResult judged, CancellationToken cancellationToken)
    {
        var result = await denylist.CheckAsync(judged, cancellationToken).ConfigureAwait(false);
        metrics.TokenValidated(result.Failure);
        return result;
    }
}
