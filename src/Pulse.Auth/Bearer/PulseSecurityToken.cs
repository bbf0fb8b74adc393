using Microsoft.IdentityModel.Tokens;

namespace Pulse.Auth;

/// <summary>A verified token in the form Microsoft's handlers pass on. Holds neither text nor key.</summary>
internal sealed class PulseSecurityToken(VerifiedToken token) : SecurityToken
{
    public override string Id => token.TokenId ?? "";

    public override string Issuer => token.Issuer;

    public override SecurityKey SecurityKey => null!;

    public override SecurityKey SigningKey { get; set; } = null!;

    public override DateTime ValidFrom => token.ValidFrom.UtcDateTime;

    public override DateTime ValidTo => token.ExpiresAt.UtcDateTime;
}
