namespace Pulse.Benchmarks.Auth;

/// <summary>Malformed, expired, for another audience, of another algorithm: what attackers send most costs least.</summary>
internal sealed class JwtRefusedCheapRatio : JwtRefusedRatio
{
    public override string Name => "jwt.refused.cheap";

    protected override IReadOnlyList<string> Choose(KeycloakToken token) => token.Cheap();
}
