using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

public sealed class AcceptedTokenTests
{
    private readonly TestValidator _validator = new();

    [Fact]
    public async Task Accepts_a_keycloak_token_and_reads_every_claim()
    {
        var result = await _validator.ValidateAsync(Token());

        Assert.True(result.Succeeded);
        Assert.Equal(PulseTokenFailure.None, result.Failure);
        Assert.Equal(Issuer, result.Issuer);
        Assert.Null(result.RetryAfter);
        var token = result.Token;
        Assert.Equal(Issuer, token.Issuer);
        Assert.Equal("f3b0c442", token.Subject);
        Assert.Equal("acme", token.TenantId);
        Assert.Equal("alice", token.PreferredUsername);
        Assert.Equal("pulse-web", token.ClientId);
        Assert.Equal("b1c2", token.SessionId);
        Assert.Equal("onrtac:2e9c", token.TokenId);
        Assert.Equal(["customer"], token.Roles);
        Assert.Equal(Now.AddSeconds(240), token.ExpiresAt);
    }

    [Fact]
    public void A_default_result_is_a_refusal() => Assert.False(default(PulseTokenResult).Succeeded);

    [Fact]
    public async Task A_null_token_is_misuse() =>
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await _validator.ValidateAsync(null!));
}
