namespace Pulse.Auth;

/// <summary>Decides whether a text is an access token this application may trust.</summary>
/// <remarks>
/// Registered by <c>AddPulseJwt</c>. The checks are those of RFC 9068 §4 and RFC 8725 §3, applied to the issuers of
/// <see cref="PulseJwtOptions.Issuers"/>. A refusal is a value, never an exception.
/// </remarks>
public interface IPulseTokenValidator
{
    /// <summary>Validates one compact JWS (RFC 7515 §7.1) of a connection that proves nothing.</summary>
    /// <param name="token">The token alone, without the word <c>Bearer</c>.</param>
    /// <param name="cancellationToken">Ends the wait for a key refresh; the refresh itself goes on for others.</param>
    /// <returns>The verified token, or the reason it was refused.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="token"/> is null.</exception>
    ValueTask<PulseTokenResult> ValidateAsync(string token, CancellationToken cancellationToken);

    /// <summary>Validates one compact JWS; one bound to a client certificate (RFC 8705) needs that certificate.</summary>
    /// <param name="token">The token alone, without the word <c>Bearer</c>.</param>
    /// <param name="context">What the connection proves.</param>
    /// <param name="cancellationToken">Ends the wait for a key refresh; the refresh itself goes on for others.</param>
    /// <returns>The verified token, or the reason it was refused.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    ValueTask<PulseTokenResult> ValidateAsync(string token, PulseValidationContext context, CancellationToken cancellationToken = default);
}
