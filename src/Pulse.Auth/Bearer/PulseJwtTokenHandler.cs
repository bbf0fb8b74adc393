using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Pulse.Auth;

/// <summary>Validates tokens inside Microsoft's JwtBearer handler, for applications that keep its events and challenge.</summary>
/// <remarks>
/// Register it with <c>AddPulseTokenValidator</c>, put it alone into <c>JwtBearerOptions.TokenHandlers</c>, and leave
/// <c>Authority</c> and <c>MetadataAddress</c> empty: nothing else may decide about a token. Everything is judged by
/// <see cref="PulseJwtOptions"/>; of <see cref="TokenValidationParameters"/> the authentication type alone is read.
/// A token that fails for lack of keys is answered 401, since JwtBearer has no 503; tokens bound to a certificate are
/// refused, since it does not pass the connection; and <see cref="AuthEvents"/> is not called.
/// </remarks>
/// <param name="validator">Judges the tokens.</param>
/// <param name="logger">Told why a token was refused; the result says only that it was.</param>
public sealed class PulseJwtTokenHandler(IPulseTokenValidator validator, ILogger<PulseJwtTokenHandler> logger) : TokenHandler
{
    /// <summary>Validates a token.</summary>
    /// <param name="token">The compact form.</param>
    /// <param name="validationParameters">Read for the authentication type; null is allowed.</param>
    /// <returns>Valid with a new identity, or invalid with an exception that names no reason. Nothing is thrown.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="token"/> is null.</exception>
    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters? validationParameters)
    {
        ArgumentNullException.ThrowIfNull(token);

        var result = await validator.ValidateAsync(token, CancellationToken.None).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            Log.TokenRefused(logger, nameof(PulseJwtTokenHandler), result.Failure);
            return new TokenValidationResult { IsValid = false, Exception = new SecurityTokenValidationException("The access token was refused.") };
        }

        var type = validationParameters?.AuthenticationType ?? PulseJwtDefaults.AuthenticationScheme;
        return new TokenValidationResult
        {
            IsValid = true,
            ClaimsIdentity = result.Token.CreateIdentity(type),
            SecurityToken = new PulseSecurityToken(result.Token),
        };
    }
}
