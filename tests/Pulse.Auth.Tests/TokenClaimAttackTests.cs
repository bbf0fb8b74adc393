using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

public sealed class TokenClaimAttackTests
{
    private readonly TestValidator _validator = new();

    [Theory]
    [InlineData("\"ID\"")]
    [InlineData("\"Refresh\"")]
    [InlineData("\"Offline\"")]
    [InlineData("\"Logout\"")]
    [InlineData("\"DPoP\"")]
    [InlineData("\"bearer\"")]
    [InlineData("\"\"")]
    [InlineData(null)]
    public async Task C1_C2_Refuses_every_keycloak_token_but_access_tokens(string? type) =>
        Assert.Equal(PulseTokenFailure.TypeNotAllowed, await _validator.FailureOfAsync(Token(("typ", type))));

    [Theory]
    [InlineData("at+jwt", null, PulseTokenFailure.None)]
    [InlineData("AT+JWT", "\"Bearer\"", PulseTokenFailure.None)]
    [InlineData("application/at+jwt", null, PulseTokenFailure.None)]
    [InlineData("jwt", "\"Bearer\"", PulseTokenFailure.None)]
    [InlineData("application/jwt", "\"Bearer\"", PulseTokenFailure.None)]
    [InlineData("at+jwt", "\"ID\"", PulseTokenFailure.TypeNotAllowed)]
    [InlineData("logout+jwt", "\"Bearer\"", PulseTokenFailure.TypeNotAllowed)]
    [InlineData("dpop+jwt", "\"Bearer\"", PulseTokenFailure.TypeNotAllowed)]
    [InlineData("JOSE", "\"Bearer\"", PulseTokenFailure.TypeNotAllowed)]
    [InlineData("text/at+jwt", "\"Bearer\"", PulseTokenFailure.TypeNotAllowed)]
    public async Task C2_Judges_header_and_payload_type_together(string header, string? payload, PulseTokenFailure expected) =>
        Assert.Equal(
            expected,
            await _validator.FailureOfAsync(Sign(Payload(("typ", payload)), $$"""{"alg":"RS256","typ":"{{header}}","kid":"rsa"}""")));

    [Fact]
    public async Task C2_Refuses_a_header_without_type() =>
        Assert.Equal(PulseTokenFailure.TypeNotAllowed, await _validator.FailureOfAsync(Sign(Payload(), """{"alg":"RS256","kid":"rsa"}""")));

    [Theory]
    [InlineData("\"https://id.example/realms/pulse/\"", PulseTokenFailure.IssuerUnknown)]
    [InlineData("\"https://ID.example/realms/pulse\"", PulseTokenFailure.IssuerUnknown)]
    [InlineData("\"https://id.example:443/realms/pulse\"", PulseTokenFailure.IssuerUnknown)]
    [InlineData("\"https://id.example/realms/master\"", PulseTokenFailure.IssuerUnknown)]
    [InlineData("\"http://id.example/realms/pulse\"", PulseTokenFailure.IssuerUnknown)]
    [InlineData("\"https://\u0456d.example/realms/pulse\"", PulseTokenFailure.IssuerUnknown)]
    [InlineData("\"https://xn--d-2sb.example/realms/pulse\"", PulseTokenFailure.IssuerUnknown)]
    [InlineData("[\"https://id.example/realms/pulse\"]", PulseTokenFailure.ClaimInvalid)]
    [InlineData("\"\"", PulseTokenFailure.IssuerUnknown)]
    [InlineData(null, PulseTokenFailure.IssuerUnknown)]
    [InlineData("7", PulseTokenFailure.ClaimInvalid)]
    public async Task C2_Refuses_every_other_issuer(string? issuer, PulseTokenFailure expected) =>
        Assert.Equal(expected, await _validator.FailureOfAsync(Token(("iss", issuer))));

    [Theory]
    [InlineData(null, PulseTokenFailure.AudienceMismatch)]
    [InlineData("[]", PulseTokenFailure.AudienceMismatch)]
    [InlineData("\"account\"", PulseTokenFailure.AudienceMismatch)]
    [InlineData("\"pulse-api/\"", PulseTokenFailure.AudienceMismatch)]
    [InlineData("\"Pulse-Api\"", PulseTokenFailure.AudienceMismatch)]
    [InlineData("[\"pulse-api\",null]", PulseTokenFailure.ClaimInvalid)]
    [InlineData("[[\"pulse-api\"]]", PulseTokenFailure.ClaimInvalid)]
    [InlineData("{\"pulse-api\":1}", PulseTokenFailure.ClaimInvalid)]
    [InlineData("7", PulseTokenFailure.ClaimInvalid)]
    [InlineData("[\"account\",\"pulse-api\"]", PulseTokenFailure.None)]
    public async Task C3_Wants_one_of_its_audiences(string? audience, PulseTokenFailure expected) =>
        Assert.Equal(expected, await _validator.FailureOfAsync(Token(("aud", audience))));

    [Theory]
    [InlineData("\"pulse-web\"", PulseTokenFailure.None)]
    [InlineData("\"other\"", PulseTokenFailure.ClientNotAllowed)]
    [InlineData(null, PulseTokenFailure.ClientNotAllowed)]
    [InlineData("1", PulseTokenFailure.ClaimInvalid)]
    public async Task C4_Wants_an_allowed_client_when_any_are_named(string? client, PulseTokenFailure expected)
    {
        var validator = new TestValidator(options => options.Issuers[0].AllowedClients.Add("pulse-web"));

        Assert.Equal(expected, await validator.FailureOfAsync(Token(("azp", client))));
    }

    [Theory]
    [InlineData(null, PulseTokenFailure.SubjectMissing)]
    [InlineData("\"\"", PulseTokenFailure.SubjectMissing)]
    [InlineData("5", PulseTokenFailure.ClaimInvalid)]
    [InlineData("null", PulseTokenFailure.ClaimInvalid)]
    [InlineData("\"a\\u0000b\"", PulseTokenFailure.ClaimInvalid)]
    [InlineData("\"a\\u001fb\"", PulseTokenFailure.ClaimInvalid)]
    [InlineData("\"a\\u007fb\"", PulseTokenFailure.ClaimInvalid)]
    [InlineData("\"a\\u009fb\"", PulseTokenFailure.ClaimInvalid)]
    [InlineData("\"a b\\u00a0~\"", PulseTokenFailure.None)]
    public async Task C6_Wants_a_subject(string? subject, PulseTokenFailure expected) =>
        Assert.Equal(expected, await _validator.FailureOfAsync(Token(("sub", subject))));

    [Theory]
    [InlineData(255, PulseTokenFailure.None)]
    [InlineData(256, PulseTokenFailure.ClaimInvalid)]
    public async Task C6_Bounds_a_claim_at_255_bytes(int length, PulseTokenFailure expected) =>
        Assert.Equal(expected, await _validator.FailureOfAsync(Token(("sub", $"\"{new string('s', length)}\""))));

    [Theory]
    [InlineData("azp")]
    [InlineData("sid")]
    [InlineData("jti")]
    [InlineData("preferred_username")]
    [InlineData("typ")]
    public async Task Refuses_a_text_claim_of_another_type(string claim)
    {
        Assert.Equal(PulseTokenFailure.ClaimInvalid, await _validator.FailureOfAsync(Token((claim, "1"))));
        Assert.Equal(PulseTokenFailure.ClaimInvalid, await _validator.FailureOfAsync(Token((claim, "{\"a\":[1]}"))));
    }

    [Theory]
    [InlineData("\"acme\"", null, "acme")]
    [InlineData(null, "[\"acme\"]", "acme")]
    [InlineData(null, "{\"acme\":{\"id\":\"42\"}}", "acme")]
    [InlineData("\"acme\"", "[\"acme\"]", "acme")]
    [InlineData(null, null, null)]
    public async Task C6_Takes_the_tenant_from_exactly_one_name(string? tenantId, string? organization, string? expected)
    {
        var result = await _validator.ValidateAsync(Token(("tenant_id", tenantId), ("organization", organization)));

        Assert.True(result.Succeeded);
        Assert.Equal(expected, result.Token.TenantId);
    }

    [Theory]
    [InlineData("\"acme\"", "[\"other\"]", PulseTokenFailure.TenantAmbiguous)]
    [InlineData(null, "[\"acme\",\"other\"]", PulseTokenFailure.TenantAmbiguous)]
    [InlineData(null, "[\"acme\",\"acme\"]", PulseTokenFailure.TenantAmbiguous)]
    [InlineData(null, "{\"acme\":{},\"other\":{}}", PulseTokenFailure.TenantAmbiguous)]
    [InlineData(null, "[]", PulseTokenFailure.TenantAmbiguous)]
    [InlineData("\"acme\"", "{}", PulseTokenFailure.TenantAmbiguous)]
    [InlineData(null, "\"acme\"", PulseTokenFailure.TenantInvalid)]
    [InlineData(null, "[1]", PulseTokenFailure.TenantInvalid)]
    [InlineData(null, "[\"Acme\"]", PulseTokenFailure.TenantInvalid)]
    [InlineData(null, "{\"a\\u0000\":{}}", PulseTokenFailure.TenantInvalid)]
    [InlineData(null, "null", PulseTokenFailure.TenantInvalid)]
    [InlineData("[\"acme\"]", null, PulseTokenFailure.TenantInvalid)]
    [InlineData("{\"a\":1}", null, PulseTokenFailure.TenantInvalid)]
    [InlineData("7", null, PulseTokenFailure.TenantInvalid)]
    [InlineData("\"\"", null, PulseTokenFailure.TenantInvalid)]
    [InlineData("null", null, PulseTokenFailure.TenantInvalid)]
    [InlineData("\"acme\\u0000\"", null, PulseTokenFailure.TenantInvalid)]
    [InlineData("\"-acme\"", null, PulseTokenFailure.TenantInvalid)]
    public async Task C6_Never_chooses_a_tenant(string? tenantId, string? organization, PulseTokenFailure expected) =>
        Assert.Equal(expected, await _validator.FailureOfAsync(Token(("tenant_id", tenantId), ("organization", organization))));

    [Theory]
    [InlineData("[\"customer\"]")]
    [InlineData("\"customer\"")]
    [InlineData("null")]
    [InlineData("{\"roles\":\"customer\"}")]
    [InlineData("{\"roles\":null}")]
    [InlineData("{\"roles\":[1]}")]
    [InlineData("{\"roles\":[\"customer\",[\"operator\"]]}")]
    [InlineData("{\"roles\":[\"a\\u0000\"]}")]
    public async Task C7_Refuses_roles_of_another_shape(string access) =>
        Assert.Equal(PulseTokenFailure.RolesInvalid, await _validator.FailureOfAsync(Token(("realm_access", access))));

    [Fact]
    public async Task C7_Takes_no_role_from_anywhere_but_realm_access()
    {
        var result = await _validator.ValidateAsync(Token(
            ("realm_access", "{\"x\":[\"operator\"],\"roles\":[\"customer,operator\",\"Operator\"]}"),
            ("roles", "[\"operator\"]"),
            ("role", "\"operator\""),
            ("groups", "[\"operator\"]"),
            ("resource_access", "{\"pulse-api\":{\"roles\":[\"operator\"]}}")));

        Assert.True(result.Succeeded);
        Assert.Equal(["customer,operator", "Operator"], result.Token.Roles);
    }

    [Theory]
    [InlineData("operator")]
    [InlineData("operator-admin")]
    public async Task C7_Refuses_an_operator_with_a_tenant(string role)
    {
        var access = ("realm_access", (string?)$"{{\"roles\":[\"customer\",\"{role}\"]}}");

        Assert.Equal(PulseTokenFailure.PlanesMixed, await _validator.FailureOfAsync(Token(access)));
        Assert.Equal(PulseTokenFailure.PlanesMixed, await _validator.FailureOfAsync(Token(access, ("tenant_id", null), ("organization", "[\"acme\"]"))));
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(Token(access, ("tenant_id", null))));
    }

    [Fact]
    public async Task A_token_without_realm_access_has_no_roles() =>
        Assert.Empty((await _validator.ValidateAsync(Token(("realm_access", null)))).Token!.Roles);

    [Theory]
    [InlineData("{\"jkt\":\"x\"}")]
    [InlineData("{\"x5t#S256\":\"x\"}")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task C8_Refuses_a_token_bound_to_a_key(string confirmation) =>
        Assert.Equal(PulseTokenFailure.ProofRequired, await _validator.FailureOfAsync(Token(("cnf", confirmation))));

    [Fact]
    public async Task C2_A_party_token_of_another_resource_server_is_for_that_one()
    {
        var rpt = Token(("aud", "\"billing\""), ("authorization", """{"permissions":[{"rsid":"1","rsname":"invoices","scopes":["view"]}]}"""));

        Assert.Equal(PulseTokenFailure.AudienceMismatch, await _validator.FailureOfAsync(rpt));
    }

    [Fact]
    public async Task C2_A_proof_of_possession_is_no_token()
    {
        var proof = Sign(
            $$"""{"jti":"1","htm":"GET","htu":"https://api.example/","iat":{{Seconds(0)}} }""",
            $$"""{"alg":"RS256","typ":"dpop+jwt","kid":"rsa","jwk":{{TestKeys.Jwk(TestKeys.Rsa)}}}""");

        Assert.False((await _validator.ValidateAsync(proof)).Succeeded);
        Assert.Equal(
            PulseTokenFailure.TypeNotAllowed,
            await _validator.FailureOfAsync(Sign(Payload(), """{"alg":"RS256","typ":"dpop+jwt","kid":"rsa"}""")));
    }
}
