using System.Text;

namespace Pulse.Auth.Tests;

public sealed class TokenClaimsReaderTests
{
    // Wrong claims stand first, in the middle and last: one that is right does not make up for one that is wrong.
    [Theory]
    [InlineData("\"sub\":1", PulseTokenFailure.ClaimInvalid)]
    [InlineData("\"iss\":[]", PulseTokenFailure.ClaimInvalid)]
    [InlineData("\"typ\":null", PulseTokenFailure.ClaimInvalid)]
    [InlineData("\"azp\":{}", PulseTokenFailure.ClaimInvalid)]
    [InlineData("\"sid\":true", PulseTokenFailure.ClaimInvalid)]
    [InlineData("\"jti\":false", PulseTokenFailure.ClaimInvalid)]
    [InlineData("\"preferred_username\":1", PulseTokenFailure.ClaimInvalid)]
    [InlineData("\"preferred_username\":\"a\\u0000\"", PulseTokenFailure.ClaimInvalid)]
    [InlineData("\"exp\":\"1\"", PulseTokenFailure.ClaimInvalid)]
    [InlineData("\"nbf\":1.5", PulseTokenFailure.ClaimInvalid)]
    [InlineData("\"iat\":true", PulseTokenFailure.ClaimInvalid)]
    [InlineData("\"aud\":[1,\"x\"]", PulseTokenFailure.ClaimInvalid)]
    [InlineData("\"tenant_id\":\"A\"", PulseTokenFailure.TenantInvalid)]
    [InlineData("\"organization\":[]", PulseTokenFailure.TenantAmbiguous)]
    [InlineData("\"organization\":{\"a\":{},\"b\":{}}", PulseTokenFailure.TenantAmbiguous)]
    [InlineData("\"realm_access\":{\"roles\":[1,\"x\"]}", PulseTokenFailure.RolesInvalid)]
    [InlineData("\"realm_access\":[]", PulseTokenFailure.RolesInvalid)]
    public void A_wrong_claim_is_found_wherever_it_stands(string wrong, PulseTokenFailure expected)
    {
        const string Right = "\"acr\":\"1\",\"scope\":[{\"x\":1}]";

        Assert.Equal(expected, Read($"{{{wrong},{Right}}}"));
        Assert.Equal(expected, Read($"{{\"b\":1,{wrong},{Right}}}"));
        Assert.Equal(expected, Read($"{{{Right},{wrong}}}"));
        Assert.Equal(PulseTokenFailure.PayloadInvalid, Read($"{{{wrong},{Right}"));
    }

    [Fact]
    public void The_first_of_two_wrong_claims_is_the_one_reported()
    {
        Assert.Equal(PulseTokenFailure.ClaimInvalid, Read("""{"sub":1,"tenant_id":"A"}"""));
        Assert.Equal(PulseTokenFailure.TenantInvalid, Read("""{"tenant_id":"A","sub":1}"""));
    }

    // A name is told by all its letters, not by its length.
    [Theory]
    [InlineData("""{"suc":1,"abc":{},"organizatiom":[],"tenant_ie":1,"realm_accesz":1,"preferred_usernamf":1}""")]
    [InlineData("""{"SUB":1,"Exp":"x","Organization":[],"roles":["operator"],"groups":["operator"]}""")]
    [InlineData("""{"resource_access":{"pulse":{"roles":["operator"]}},"role":"operator"}""")]
    public void Claims_of_other_names_say_nothing(string json)
    {
        Assert.Equal(PulseTokenFailure.None, TokenClaimsReader.TryRead(Encoding.UTF8.GetBytes(json), out var claims));

        Assert.Null(claims.Subject);
        Assert.Null(claims.Tenant);
        Assert.Null(claims.ExpiresAt);
        Assert.Null(claims.PreferredUsername);
        Assert.Empty(claims.Roles);
    }

    [Fact]
    public void A_name_once_read_is_not_lost_to_later_claims()
    {
        TokenClaimsReader.TryRead("""{"preferred_username":"alice","given_name":"Bob","tenant_id":"acme","email":"x"}"""u8.ToArray(), out var claims);

        Assert.Equal(("alice", "acme"), (claims.PreferredUsername, claims.Tenant));
    }

    private static PulseTokenFailure Read(string json) => TokenClaimsReader.TryRead(Encoding.UTF8.GetBytes(json), out _);
}
