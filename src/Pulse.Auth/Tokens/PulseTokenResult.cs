using System.Diagnostics.CodeAnalysis;

namespace Pulse.Auth;

/// <summary>Outcome of a validation by <see cref="IPulseTokenValidator"/>; the default value is a refusal.</summary>
[SuppressMessage("Performance", "CA1815", Justification = "A result is read once and never compared.")]
public readonly struct PulseTokenResult
{
    private PulseTokenResult(VerifiedToken? token, PulseTokenFailure failure, string? issuer, TimeSpan? retryAfter, MissingKey? missing = null)
    {
        Token = token;
        Failure = failure;
        Issuer = issuer;
        RetryAfter = retryAfter;
        Missing = missing;
    }

    /// <summary>Whether the token may be trusted.</summary>
    [MemberNotNullWhen(true, nameof(Token))]
    public bool Succeeded => Token is not null;

    /// <summary>Why the token was refused; <see cref="PulseTokenFailure.None"/> when it was accepted.</summary>
    /// <remarks>For logs, metrics and audit. Never tell it to the caller: it would help to forge tokens.</remarks>
    public PulseTokenFailure Failure { get; }

    /// <summary>The verified token; null when refused.</summary>
    public VerifiedToken? Token { get; }

    /// <summary>The configured issuer the token named; null when it named none of them.</summary>
    public string? Issuer { get; }

    /// <summary>How long to wait before asking again; set when keys or denylist gave no answer, and only then.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The key newer keys of the issuer might bring; null when they would change nothing.</summary>
    internal MissingKey? Missing { get; }

    internal static PulseTokenResult Accepted(VerifiedToken token) =>
        new(token, PulseTokenFailure.None, token.Issuer, null);

    internal static PulseTokenResult Refused(PulseTokenFailure failure, string? issuer = null) =>
        new(null, failure, issuer, null);

    internal static PulseTokenResult KeyUnknown(string issuer, MissingKey missing) =>
        new(null, PulseTokenFailure.KeyUnknown, issuer, null, missing);

    internal static PulseTokenResult Unavailable(PulseTokenFailure failure, string issuer, TimeSpan retryAfter, MissingKey? missing = null) =>
        new(null, failure, issuer, retryAfter, missing);
}
