namespace Pulse.Auth;

/// <summary>Judges a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6) before its signature and any fetch of keys.</summary>
internal static class LogoutTokenRules
{
    /// <summary>Oldest logout token acted on; as long is its identifier remembered.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    private static readonly long MaxUnixSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    public static LogoutTokenFailure Check(
        in JoseHeader header,
        LogoutClaims claims,
        TrustedIssuer issuer,
        string clientId,
        TimeSpan skew,
        DateTimeOffset now)
    {
        if (!string.Equals(claims.Issuer, issuer.Name, StringComparison.Ordinal))
        {
            return LogoutTokenFailure.IssuerMismatch;
        }

        if ((issuer.Algorithms & header.Algorithm) == 0)
        {
            return LogoutTokenFailure.AlgorithmNotAllowed;
        }

        if (!IsLogoutToken(header.Type, claims.Type))
        {
            return LogoutTokenFailure.TypeNotAllowed;
        }

        if (!claims.Audiences.Contains(clientId))
        {
            return LogoutTokenFailure.AudienceMismatch;
        }

        if (!IsInTime(claims, skew, now))
        {
            return LogoutTokenFailure.TimeInvalid;
        }

        return CheckContent(claims);
    }

    private static LogoutTokenFailure CheckContent(LogoutClaims claims)
    {
        if (claims.TokenId is null)
        {
            return LogoutTokenFailure.IdentifierMissing;
        }

        if (claims.SessionId is null && claims.Subject is null)
        {
            return LogoutTokenFailure.NobodyNamed;
        }

        // §2.4: an ID token is no logout token, and this is how they are told apart.
        if (claims.HasNonce)
        {
            return LogoutTokenFailure.NoncePresent;
        }

        return claims.HasLogoutEvent ? LogoutTokenFailure.None : LogoutTokenFailure.EventMissing;
    }

    // The header type is recommended, not required; Keycloak adds the payload's, as in all its tokens.
    private static bool IsLogoutToken(string? headerType, string? payloadType)
    {
        if (payloadType is not null && !string.Equals(payloadType, "Logout", StringComparison.Ordinal))
        {
            return false;
        }

        return headerType is null || TokenRules.IsMediaType(headerType, "logout+jwt") || TokenRules.IsMediaType(headerType, "JWT");
    }

    private static bool IsInTime(LogoutClaims claims, TimeSpan skew, DateTimeOffset now)
    {
        if (claims.IssuedAt is null)
        {
            return false;
        }

        var iat = claims.IssuedAt.Value;
        if (iat < 0 || iat > MaxUnixSeconds)
        {
            return false;
        }

        var issued = DateTimeOffset.FromUnixTimeSeconds(iat);
        if (issued > now + skew || now - issued >= MaxAge + skew)
        {
            return false;
        }

        if (claims.ExpiresAt is null)
        {
            return true;
        }

        var exp = claims.ExpiresAt.Value;
        return exp > iat && exp <= MaxUnixSeconds && now - skew < DateTimeOffset.FromUnixTimeSeconds(exp);
    }
}
