using System.Buffers;
using System.Text;

namespace Pulse.Auth;

/// <summary>Bytes first, claims second, signature last: what is refused cheaply never reaches a key.</summary>
internal sealed class PulseTokenValidator(TrustedIssuers issuers, DenylistGate denylist, AuthMetrics metrics, TimeProvider time) : IPulseTokenValidator
{
    private readonly ValidatedTokenCache _cache = issuers.TokenCache;

    public ValueTask<PulseTokenResult> ValidateAsync(string token, CancellationToken cancellationToken = default) =>
        ValidateAsync(token, PulseValidationContext.None, cancellationToken);

    public ValueTask<PulseTokenResult> ValidateAsync(string token, PulseValidationContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(context);

        return metrics.TimesValidations
            ? ValidateTimedAsync(token, context, cancellationToken)
            : ValidateUntimedAsync(token, context, cancellationToken);
    }

    private async ValueTask<PulseTokenResult> ValidateTimedAsync(string token, PulseValidationContext context, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var result = await ValidateUntimedAsync(token, context, cancellationToken).ConfigureAwait(false);
        metrics.TokenValidationTook(time.GetElapsedTime(started), result.Failure);
        return result;
    }

    private ValueTask<PulseTokenResult> ValidateUntimedAsync(string token, PulseValidationContext context, CancellationToken cancellationToken)
    {
        var result = Judge(token, context, mayReuse: _cache.IsOn, out var reused);
        return result.Missing is null
            ? FinishAsync(result, reused, cancellationToken)
            : RefreshAndValidateAsync(token, context, result.Issuer!, result.Missing, cancellationToken);
    }

    private async ValueTask<PulseTokenResult> RefreshAndValidateAsync(
        string token,
        PulseValidationContext context,
        string issuer,
        MissingKey missing,
        CancellationToken cancellationToken)
    {
        var keys = issuers.Find(issuer)!.Keys;
        var refresh = await keys.RefreshForTokenAsync(missing, cancellationToken).ConfigureAwait(false);

        // Also without a fetch of its own: the fetch of another request may have ended since the first look.
        var result = Judge(token, context, mayReuse: false, out _);

        // An unknown key says nothing while the provider is down: the key may be a new one.
        result = refresh == KeyRefresh.Failed && result.Missing is not null
            ? PulseTokenResult.Unavailable(PulseTokenFailure.KeysUnavailable, issuer, keys.RetryAfter)
            : result;
        return await FinishAsync(result, reused: false, cancellationToken).ConfigureAwait(false);
    }

    private PulseTokenResult Judge(string token, PulseValidationContext context, bool mayReuse, out bool reused)
    {
        reused = false;
        if (token.Length > issuers.Limits.MaxTokenBytes)
        {
            return PulseTokenResult.Refused(PulseTokenFailure.TooLarge);
        }

        TokenDigest? digest = null;
        var buffer = ArrayPool<byte>.Shared.Rent(CompactJws.BufferSize(token.Length));
        try
        {
            if (mayReuse)
            {
                var found = Reuse(token, context, buffer, out digest);
                reused = found is not null;
                if (found is not null)
                {
                    return found.Value;
                }
            }

            return CompactJws.TryParse(token, buffer, out var jws)
                ? Judge(jws, digest, context)
                : PulseTokenResult.Refused(PulseTokenFailure.NotCompact);
        }
        finally
        {
            // The buffer holds the token, and its next owner is anyone.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>The result of a token whose signature was checked a moment ago; null when this one must be checked.</summary>
    /// <param name="token">The token.</param>
    /// <param name="context">The connection.</param>
    /// <param name="buffer">Working space.</param>
    /// <param name="digest">Of the signing input, for the entry to come; null when the token is no compact JWS.</param>
    private PulseTokenResult? Reuse(string token, PulseValidationContext context, Span<byte> buffer, out TokenDigest? digest)
    {
        digest = null;
        var dot = token.LastIndexOf('.');
        if (dot < 0)
        {
            return null;
        }

        if (!StrictBase64Url.TryDecode(token.AsSpan(dot + 1), buffer[dot..], out var signatureLength))
        {
            return null;
        }

        // Characters beyond ASCII become question marks, which no accepted signing input holds.
        Encoding.ASCII.GetBytes(token.AsSpan(0, dot), buffer);
        var key = TokenDigest.Of(buffer[..dot]);
        digest = key;
        if (!_cache.TryFind(key, buffer.Slice(dot, signatureLength), out var entry))
        {
            metrics.TokenCacheAsked("miss");
            return null;
        }

        if (!entry.IsKeyCurrent())
        {
            metrics.TokenCacheAsked("stale_key");
            return null;
        }

        var failure = TokenRules.CheckAgain(entry.Token, issuers.Limits, context, time.GetUtcNow());
        return failure == PulseTokenFailure.None
            ? PulseTokenResult.Accepted(entry.Token)
            : PulseTokenResult.Refused(failure, entry.Token.Issuer);
    }

    private PulseTokenResult Judge(CompactJws jws, TokenDigest? digest, PulseValidationContext context)
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

        failure = TokenRules.Check(header, claims, issuer, issuers.Limits, context, time.GetUtcNow());
        return failure != PulseTokenFailure.None
            ? PulseTokenResult.Refused(failure, issuer.Name)
            : VerifySignature(jws, digest, header, claims, issuer);
    }

    private PulseTokenResult VerifySignature(CompactJws jws, TokenDigest? digest, in JoseHeader header, TokenClaims claims, TrustedIssuer issuer)
    {
        var snapshot = issuer.Keys.Current;
        var failure = SignatureCheck.Verify(jws, header, snapshot, out var verified);
        if (failure == PulseTokenFailure.KeysUnavailable)
        {
            return PulseTokenResult.Unavailable(failure, issuer.Name, issuer.Keys.RetryAfter, new MissingKey(header.KeyId, 0));
        }

        if (failure == PulseTokenFailure.KeyUnknown)
        {
            return PulseTokenResult.KeyUnknown(issuer.Name, new MissingKey(header.KeyId, snapshot!.Generation));
        }

        if (failure != PulseTokenFailure.None)
        {
            return PulseTokenResult.Refused(failure, issuer.Name);
        }

        var token = new VerifiedToken(issuer.Name, claims.Subject!, claims);
        if (_cache.IsOn)
        {
            var entry = new CachedToken(token, issuer, jws.Signature.ToArray(), verified, time.GetTimestamp());
            _cache.Add(digest ?? TokenDigest.Of(jws.SigningInput), entry);
        }

        return PulseTokenResult.Accepted(token);
    }

    private ValueTask<PulseTokenResult> FinishAsync(PulseTokenResult judged, bool reused, CancellationToken cancellationToken)
    {
        // Most denylists answer from memory.
        var check = denylist.CheckAsync(judged, cancellationToken);
        return check.IsCompletedSuccessfully ? ValueTask.FromResult(Finish(check.Result, reused)) : AwaitAndFinishAsync(check, reused);
    }

    private async ValueTask<PulseTokenResult> AwaitAndFinishAsync(ValueTask<PulseTokenResult> check, bool reused) =>
        Finish(await check.ConfigureAwait(false), reused);

    private PulseTokenResult Finish(PulseTokenResult result, bool reused)
    {
        if (reused)
        {
            metrics.TokenCacheAsked(result.Failure switch
            {
                PulseTokenFailure.None => "hit",
                PulseTokenFailure.Denied => "denied",
                _ => "refused",
            });
        }

        if (!result.Succeeded)
        {
            AuthActivities.TokenRefused(result.Failure, result.Issuer);
        }

        metrics.TokenValidated(result.Failure, result.Issuer);
        return result;
    }
}
