namespace Pulse.Benchmarks.Auth;

/// <summary>Good claims under a signature of another key: only the signature check tells.</summary>
internal sealed class JwtRefusedForgedRatio : JwtRefusedRatio
{
    public override string Name => "jwt.refused.forged";

    protected override IReadOnlyList<string> Choose(KeycloakToken token) => [token.Forged];
}
