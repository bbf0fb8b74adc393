using System.Security.Cryptography;
using System.Text;
using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

public sealed class TokenAttackTests
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

    [Theory]
    [InlineData("""{"alg":"none","typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":"None","typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":"nOnE","typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":"rs256","typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":"ES256","typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":"PS256","typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256","typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":null,"typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":["RS256"],"typ":"JWT","kid":"rsa"}""")]
    public async Task A1_A11_Refuses_every_algorithm_the_issuer_does_not_use(string header) =>
        Assert.Equal(PulseTokenFailure.AlgorithmNotAllowed, await _validator.FailureOfAsync(Sign(Payload(), header)));

    [Fact]
    public async Task A1_Refuses_none_without_signature() =>
        Assert.Equal(
            PulseTokenFailure.NotCompact,
            await _validator.FailureOfAsync($"{Encode("""{"alg":"none","typ":"JWT","kid":"rsa"}""")}.{Encode(Payload())}."));

    [Fact]
    public async Task A2_Refuses_an_hmac_keyed_with_the_public_key()
    {
        var pem = Encoding.ASCII.GetBytes(TestKeys.Rsa.ExportSubjectPublicKeyInfoPem());
        var token = Sign(Payload(), """{"alg":"HS256","typ":"JWT","kid":"rsa"}""", input => HMACSHA256.HashData(pem, input));

        Assert.Equal(PulseTokenFailure.AlgorithmNotAllowed, await _validator.FailureOfAsync(token));
    }

    [Fact]
    public async Task A3_Never_uses_a_key_the_token_brings()
    {
        var header = $$"""{"alg":"RS256","typ":"JWT","kid":"rsa","jwk":{{TestKeys.Jwk(TestKeys.OtherRsa)}},"jku":"https://evil.example/","x5u":"https://evil.example/","x5c":["AA=="],"x5t":"rsa"}""";
        var forged = Sign(Payload(), header, input => TestKeys.OtherRsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

        Assert.Equal(PulseTokenFailure.SignatureInvalid, await _validator.FailureOfAsync(forged));
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(Sign(Payload(), header)));
        Assert.DoesNotContain(_validator.Documents.Addresses, address => address.Host == "evil.example");
    }

    [Theory]
    [InlineData("\"../../etc/passwd\\u0000\"")]
    [InlineData("\"' OR 1=1 --\"")]
    [InlineData("\"a b\"")]
    [InlineData("\"é\"")]
    [InlineData("\"\"")]
    [InlineData("1")]
    [InlineData("null")]
    public async Task A4_Refuses_a_key_identifier_outside_its_grammar(string kid) =>
        Assert.Equal(
            PulseTokenFailure.KeyIdInvalid,
            await _validator.FailureOfAsync(Sign(Payload(), $$"""{"alg":"RS256","typ":"JWT","kid":{{kid}}}""")));

    [Theory]
    [InlineData(128, PulseTokenFailure.KeyUnknown)]
    [InlineData(129, PulseTokenFailure.KeyIdInvalid)]
    public async Task A4_Bounds_the_key_identifier(int length, PulseTokenFailure expected) =>
        Assert.Equal(
            expected,
            await _validator.FailureOfAsync(Sign(Payload(), $$"""{"alg":"RS256","typ":"JWT","kid":"{{new string('k', length)}}"}""")));

    [Theory]
    [InlineData("""{"alg":"RS256","typ":"JWT"}""", PulseTokenFailure.KeyIdInvalid)]
    [InlineData("""{"alg":"RS256","typ":"JWT","x5t":"rsa"}""", PulseTokenFailure.KeyIdInvalid)]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"RSA"}""", PulseTokenFailure.KeyUnknown)]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"other"}""", PulseTokenFailure.KeyUnknown)]
    public async Task A5_A6_Tries_no_key_but_the_one_named_exactly(string header, PulseTokenFailure expected) =>
        Assert.Equal(expected, await _validator.FailureOfAsync(Sign(Payload(), header)));

    [Fact]
    public async Task A8_Refuses_a_pss_signature_by_a_key_bound_to_rs256()
    {
        var validator = new TestValidator(algorithms: PulseJwtAlgorithms.RS256 | PulseJwtAlgorithms.PS256);

        Assert.Equal(
            PulseTokenFailure.KeyMismatch,
            await validator.FailureOfAsync(Sign(Payload(), """{"alg":"PS256","typ":"JWT","kid":"rsa"}""", Ps256)));
    }

    [Fact]
    public async Task Verifies_each_allowed_algorithm_with_its_own_key_and_no_other()
    {
        var validator = new TestValidator(
            algorithms: PulseJwtAlgorithms.RS256 | PulseJwtAlgorithms.PS256 | PulseJwtAlgorithms.ES256 | PulseJwtAlgorithms.ES384 | PulseJwtAlgorithms.ES512);
        validator.Documents.Jwks = TestKeys.Set(
            TestKeys.Jwk(TestKeys.Rsa, rest: "\"use\":\"sig\""), TestKeys.Jwk(TestKeys.P256, "p256", "P-256"), TestKeys.Jwk(TestKeys.P384, "p384", "P-384"),
            TestKeys.Jwk(TestKeys.P521, "p521", "P-521"));
        (string Algorithm, string Key, Func<byte[], byte[]> Sign)[] all =
            [("RS256", "rsa", Rs256), ("PS256", "rsa", Ps256), ("ES256", "p256", Es256), ("ES384", "p384", Es384), ("ES512", "p521", Es512)];

        foreach (var one in all)
        {
            foreach (var other in all)
            {
                var token = Sign(Payload(), $$"""{"alg":"{{one.Algorithm}}","typ":"JWT","kid":"{{other.Key}}"}""", other.Sign);
                var expected = one == other ? PulseTokenFailure.None
                    : one.Key == other.Key ? PulseTokenFailure.SignatureInvalid
                    : PulseTokenFailure.KeyMismatch;
                Assert.Equal(expected, await validator.FailureOfAsync(token));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A10_Refuses_psychic_der_and_wrongly_long_ecdsa_signatures(int kind)
    {
        var validator = new TestValidator(algorithms: PulseJwtAlgorithms.ES256);
        validator.Documents.Jwks = TestKeys.Set(TestKeys.Jwk(TestKeys.P256, "ec", "P-256"));
        Func<byte[], byte[]> sign = kind switch
        {
            0 => _ => new byte[64],
            1 => input => TestKeys.P256.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence),
            2 => input => [.. Es256(input), 0],
            _ => input => Es256(input)[..63],
        };

        Assert.Equal(
            PulseTokenFailure.SignatureInvalid,
            await validator.FailureOfAsync(Sign(Payload(), """{"alg":"ES256","typ":"JWT","kid":"ec"}""", sign)));
    }

    [Fact]
    public async Task A14_Accepts_the_other_valid_form_of_an_ecdsa_signature()
    {
        var validator = new TestValidator(algorithms: PulseJwtAlgorithms.ES256);
        validator.Documents.Jwks = TestKeys.Set(TestKeys.Jwk(TestKeys.P256, "ec", "P-256"));
        var order = System.Numerics.BigInteger.Parse(
            "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber, null);
        byte[] Flip(byte[] input)
        {
            var signature = Es256(input);
            var s = order - new System.Numerics.BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
            var bytes = s.ToByteArray(isUnsigned: true, isBigEndian: true);
            return [.. signature[..32], .. new byte[32 - bytes.Length], .. bytes];
        }

        Assert.Equal(
            PulseTokenFailure.None,
            await validator.FailureOfAsync(Sign(Payload(), """{"alg":"ES256","typ":"JWT","kid":"ec"}""", Flip)));
    }

    [Fact]
    public async Task Refuses_a_token_with_any_single_character_changed()
    {
        var token = Token();

        for (var i = 0; i < token.Length; i += 7)
        {
            var changed = token[i] == 'A' ? 'B' : 'A';
            if (token[i] != '.')
            {
                Assert.NotEqual(PulseTokenFailure.None, await _validator.FailureOfAsync(token[..i] + changed + token[(i + 1)..]));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("YQ..YQ")]
    [InlineData(".YQ.YQ")]
    [InlineData("YQ.YQ.YQ.YQ.YQ")]
    [InlineData("""{"payload":"YQ","signatures":[]}""")]
    public async Task B1_B2_Refuses_everything_that_is_not_three_parts(string token) =>
        Assert.Equal(PulseTokenFailure.NotCompact, await _validator.FailureOfAsync(token));

    [Theory]
    [InlineData("\"crit\":[\"exp\"]")]
    [InlineData("\"crit\":[]")]
    [InlineData("\"crit\":\"exp\"")]
    [InlineData("\"crit\":null")]
    [InlineData("\"b64\":false")]
    [InlineData("\"b64\":true")]
    [InlineData("\"zip\":\"DEF\"")]
    [InlineData("\"enc\":\"A256GCM\"")]
    [InlineData("\"cr\\u0069t\":[\"exp\"]")]
    [InlineData("\"crit\":[\"b64\"],\"b64\":false")]
    [InlineData("\"crit\":[\"b64\"],\"x\":1")]
    public async Task B3_B4_B5_Refuses_every_header_extension(string member) =>
        Assert.Equal(
            PulseTokenFailure.HeaderExtension,
            await _validator.FailureOfAsync(Sign(Payload(), $$"""{"alg":"RS256","typ":"JWT","kid":"rsa",{{member}}}""")));

    [Theory]
    [InlineData("""{"alg":"RS256","alg":"RS256","typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":"RS256","al\u0067":"RS256","typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"rsa","x":{"a":1,"a":2}}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"rsa"}x""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"rsa"}{}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"rsa",}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"rsa"/**/}""")]
    [InlineData("""["alg","RS256"]""")]
    [InlineData("""{"alg":"RS256","typ":1,"kid":"rsa"}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"rsa\ud800"}""")]
    public async Task B6_B7_B11_Refuses_a_header_that_parsers_disagree_on(string header) =>
        Assert.Equal(PulseTokenFailure.HeaderInvalid, await _validator.FailureOfAsync(Sign(Payload(), header)));

    [Theory]
    [InlineData("\"sub\":\"other\"")]
    [InlineData("\"s\\u0075b\":\"other\"")]
    [InlineData("\"x\":{\"y\":{\"a\":1,\"\\u0061\":1}}")]
    [InlineData("\"x\":\"\\udc00\"")]
    [InlineData("\"x\":01")]
    public async Task B6_B7_Refuses_a_payload_that_parsers_disagree_on(string member) =>
        Assert.Equal(PulseTokenFailure.PayloadInvalid, await _validator.FailureOfAsync(Sign(Payload()[..^1] + "," + member + "}")));

    [Theory]
    [InlineData("\uFEFF", "")]
    [InlineData("", "{}")]
    [InlineData("", "\0")]
    [InlineData("// x\n", "")]
    public async Task B7_Refuses_anything_around_the_payload(string before, string after) =>
        Assert.Equal(PulseTokenFailure.PayloadInvalid, await _validator.FailureOfAsync(Sign(before + Payload() + after)));

    [Fact]
    public async Task B7_Refuses_invalid_utf8()
    {
        var payload = Encoding.Latin1.GetBytes(Payload(("preferred_username", "\"\u00FF\"")));
        var input = $"{Encode(Header)}.{TestKeys.Url(payload)}";

        Assert.Equal(
            PulseTokenFailure.PayloadInvalid,
            await _validator.FailureOfAsync($"{input}.{TestKeys.Url(Rs256(Encoding.ASCII.GetBytes(input)))}"));
    }

    [Theory]
    [InlineData(15, PulseTokenFailure.None)]
    [InlineData(16, PulseTokenFailure.PayloadInvalid)]
    public async Task B8_Bounds_the_depth_at_16(int nested, PulseTokenFailure expected) =>
        Assert.Equal(expected, await _validator.FailureOfAsync(Token(("x", new string('[', nested) + new string(']', nested)))));

    [Theory]
    [InlineData(128, PulseTokenFailure.None)]
    [InlineData(129, PulseTokenFailure.PayloadInvalid)]
    public async Task B8_Bounds_the_members_at_128(int members, PulseTokenFailure expected)
    {
        var more = Enumerable.Range(0, members - 12).Select(i => ($"m{i}", (string?)"1")).ToArray();

        Assert.Equal(expected, await _validator.FailureOfAsync(Token(more)));
    }

    [Theory]
    [InlineData(256, PulseTokenFailure.None)]
    [InlineData(257, PulseTokenFailure.RolesInvalid)]
    public async Task B8_Bounds_the_roles_at_256(int roles, PulseTokenFailure expected)
    {
        var json = $$"""{"roles":[{{string.Join(',', Enumerable.Range(0, roles).Select(i => $"\"r{i}\""))}}]}""";

        Assert.Equal(expected, await _validator.FailureOfAsync(Token(("realm_access", json))));
    }

    [Theory]
    [InlineData(0, PulseTokenFailure.None)]
    [InlineData(-1, PulseTokenFailure.TooLarge)]
    public async Task B8_Bounds_the_whole_token(int difference, PulseTokenFailure expected)
    {
        var token = Token();
        var validator = new TestValidator(options => options.MaxTokenBytes = token.Length + difference);

        Assert.Equal(expected, await validator.FailureOfAsync(token));
    }

    [Theory]
    [InlineData("=")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("%3D")]
    public async Task B9_Refuses_padding_and_white_space_in_each_part(string extra)
    {
        var parts = Token().Split('.');
        for (var i = 0; i < 3; i++)
        {
            var changed = parts.ToArray();
            changed[i] += extra;
            Assert.Equal(PulseTokenFailure.NotCompact, await _validator.FailureOfAsync(string.Join('.', changed)));
        }
    }

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
}
