namespace Pulse.Auth;

/// <summary>
/// Tokens that are refused although signature and claims are right. Never names a token by its text: one token has
/// many valid signatures (ECDSA, PSS), and so many texts.
/// </summary>
public sealed record TokenDenial
{
    private TokenDenial(TokenDenialKind kind, string issuer, string value, DateTimeOffset until)
    {
        ArgumentException.ThrowIfNullOrEmpty(issuer);
        ArgumentException.ThrowIfNullOrEmpty(value);
        Kind = kind;
        Issuer = issuer;
        Value = value;
        Until = until;
    }

    /// <summary>What <see cref="Value"/> is.</summary>
    public TokenDenialKind Kind { get; }

    /// <summary>The issuer of the tokens; identifiers of two issuers may be equal and mean nothing to each other.</summary>
    public string Issuer { get; }

    /// <summary>Token identifier, session or subject; compared by ordinal.</summary>
    public string Value { get; }

    /// <summary>When the denial may be forgotten: once every token it names has expired.</summary>
    public DateTimeOffset Until { get; }

    /// <summary>Tokens issued at this moment or later are not meant; null unless <see cref="Kind"/> is <see cref="TokenDenialKind.Subject"/>.</summary>
    public DateTimeOffset? IssuedBefore { get; private init; }

    /// <summary>Denies one token.</summary>
    /// <param name="issuer">The issuer.</param>
    /// <param name="tokenId">The token's <c>jti</c>.</param>
    /// <param name="until">When the token has expired, clock skew included.</param>
    /// <returns>The denial.</returns>
    /// <exception cref="ArgumentException">A text is null or empty.</exception>
    public static TokenDenial OfToken(string issuer, string tokenId, DateTimeOffset until) =>
        new(TokenDenialKind.Token, issuer, tokenId, until);

    /// <summary>Denies the tokens of one session of the provider.</summary>
    /// <param name="issuer">The issuer.</param>
    /// <param name="sessionId">The <c>sid</c> of the tokens.</param>
    /// <param name="until">When the last of them has expired, clock skew included.</param>
    /// <returns>The denial.</returns>
    /// <exception cref="ArgumentException">A text is null or empty.</exception>
    public static TokenDenial OfSession(string issuer, string sessionId, DateTimeOffset until) =>
        new(TokenDenialKind.Session, issuer, sessionId, until);

    /// <summary>Denies the tokens a subject was issued before a moment; a new login gives tokens that are accepted.</summary>
    /// <param name="issuer">The issuer.</param>
    /// <param name="subject">The <c>sub</c> of the tokens.</param>
    /// <param name="issuedBefore">Compared with <c>iat</c>, which counts whole seconds.</param>
    /// <param name="until">When the last of them has expired, clock skew included.</param>
    /// <returns>The denial.</returns>
    /// <exception cref="ArgumentException">A text is null or empty.</exception>
    public static TokenDenial OfSubject(string issuer, string subject, DateTimeOffset issuedBefore, DateTimeOffset until) =>
        new(TokenDenialKind.Subject, issuer, subject, until) { IssuedBefore = issuedBefore };
}
