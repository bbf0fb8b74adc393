namespace Pulse.Auth;

/// <summary>Judges claims. Cheap, so all of it stands before the signature and before any fetch of keys.</summary>
internal static class TokenRules
{
    private static readonly long MaxUnixSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    public static PulseTokenFailure Check(
        in JoseHeader header,
        TokenClaims claims,
        TrustedIssuer issuer,
        TokenLimits limits,
        PulseValidationContext context,
        DateTimeOffset now)
    {
        if ((issuer.Algorithms & header.Algorithm) == 0)
        {
            return PulseTokenFailure.AlgorithmNotAllowed;
        }

        if (!IsAccessToken(header.Type, claims.Type))
        {
            return PulseTokenFailure.TypeNotAllowed;
        }

        var times = CheckTimes(claims, limits, now);
        if (times != PulseTokenFailure.None)
        {
            return times;
        }

        if (!issuer.IsForUs(claims.Audiences))
        {
            return PulseTokenFailure.AudienceMismatch;
        }

        if (issuer.AllowedClients.Count > 0 && !issuer.AllowedClients.Contains(claims.AuthorizedParty ?? ""))
        {
            return PulseTokenFailure.ClientNotAllowed;
        }

        if (string.IsNullOrEmpty(claims.Subject))
        {
            return PulseTokenFailure.SubjectMissing;
        }

        if (claims.HasConfirmation && !IsProved(claims.CertificateThumbprint, context))
        {
            return PulseTokenFailure.ProofRequired;
        }

        return claims.Tenant is not null && HoldsOperatorRole(claims.Roles) ? PulseTokenFailure.PlanesMixed : PulseTokenFailure.None;
    }

    /// <summary>
    /// Whether a token that was accepted before is valid at this moment and on this connection; the clock may have moved
    /// either way, and the one who sends it now may be another.
    /// </summary>
    public static PulseTokenFailure CheckAgain(VerifiedToken token, TokenLimits limits, PulseValidationContext context, DateTimeOffset now) =>
        token.IsBound && !IsProved(token.CertificateThumbprint, context)
            ? PulseTokenFailure.ProofRequired
            : CheckNow(token.ValidFrom, token.ExpiresAt, limits, now);

    private static bool IsProved(byte[]? thumbprint, PulseValidationContext context) =>
        thumbprint is not null && context.Proves(thumbprint);

    // Keycloak signs ID, logout and access tokens with one key and one header type: only the payload's typ tells them
    // apart. RFC 9068 says at+jwt in the header instead, and such a token may go without the payload's.
    private static bool IsAccessToken(string? headerType, string? payloadType)
    {
        if (payloadType is not null && !string.Equals(payloadType, "Bearer", StringComparison.Ordinal))
        {
            return false;
        }

        if (IsMediaType(headerType, "at+jwt"))
        {
            return true;
        }

        return IsMediaType(headerType, "JWT") && payloadType is not null;
    }

    // RFC 7515 §4.1.9: compared without case, and "application/" may be left out.
    public static bool IsMediaType(string? value, string type)
    {
        const string Application = "application/";
        var name = value.AsSpan();
        var subtype = name.StartsWith(Application, StringComparison.OrdinalIgnoreCase) ? name[Application.Length..] : name;
        return subtype.Equals(type, StringComparison.OrdinalIgnoreCase);
    }

    private static PulseTokenFailure CheckTimes(TokenClaims claims, TokenLimits limits, DateTimeOffset now)
    {
        if (claims.ExpiresAt is null || claims.IssuedAt is null)
        {
            return PulseTokenFailure.LifetimeInvalid;
        }

        var exp = claims.ExpiresAt.Value;
        var iat = claims.IssuedAt.Value;
        var nbf = claims.NotBefore ?? iat;
        if (!IsInRange(exp) || !IsInRange(iat) || !IsInRange(nbf) || iat >= exp || nbf >= exp)
        {
            return PulseTokenFailure.LifetimeInvalid;
        }

        if (exp - iat > (long)limits.MaxLifetime.TotalSeconds)
        {
            return PulseTokenFailure.LifetimeInvalid;
        }

        var starts = DateTimeOffset.FromUnixTimeSeconds(Math.Max(iat, nbf));
        return CheckNow(starts, DateTimeOffset.FromUnixTimeSeconds(exp), limits, now);
    }

    private static PulseTokenFailure CheckNow(DateTimeOffset starts, DateTimeOffset ends, TokenLimits limits, DateTimeOffset now)
    {
        if (now - limits.ClockSkew >= ends)
        {
            return PulseTokenFailure.Expired;
        }

        return now + limits.ClockSkew < starts ? PulseTokenFailure.NotYetValid : PulseTokenFailure.None;
    }

    private static bool IsInRange(long seconds) => seconds >= 0 && seconds <= MaxUnixSeconds;

    private static bool HoldsOperatorRole(List<string> roles) =>
        roles.Contains(PulseRoles.Operator) || roles.Contains(PulseRoles.OperatorAdmin);
}
