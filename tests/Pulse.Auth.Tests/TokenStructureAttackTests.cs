using System.Text;
using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

public sealed class TokenStructureAttackTests
{
    private readonly TestValidator _validator = new();

    [Fact]
    public async Task B1_An_encrypted_token_is_refused_before_any_key_is_asked_for()
    {
        var header = Encode("""{"alg":"RSA-OAEP","enc":"A256GCM","zip":"DEF","cty":"JWT","kid":"rsa"}""");

        Assert.Equal(PulseTokenFailure.NotCompact, await _validator.FailureOfAsync($"{header}.{Encode("key")}.{Encode("iv")}.{Encode("text")}.{Encode("tag")}"));
        Assert.Equal(PulseTokenFailure.HeaderExtension, await _validator.FailureOfAsync(Sign(Payload(), """{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":2147483647,"kid":"rsa"}""")));
        Assert.Equal(0, _validator.Documents.Fetches);
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

    [Fact]
    public async Task B8_Ten_thousand_roles_are_refused_as_roles_where_the_token_may_be_that_large()
    {
        var validator = new TestValidator(options => options.MaxTokenBytes = 1_000_000);
        var json = $$"""{"roles":[{{string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"r{i}\""))}}]}""";

        Assert.Equal(PulseTokenFailure.RolesInvalid, await validator.FailureOfAsync(Token(("realm_access", json))));
        Assert.Equal(PulseTokenFailure.TooLarge, await _validator.FailureOfAsync(Token(("realm_access", json))));
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
    [InlineData('+')]
    [InlineData('/')]
    [InlineData('é')]
    public async Task B9_Refuses_another_alphabet_in_each_part(char other)
    {
        var parts = Token().Split('.');
        for (var i = 0; i < 3; i++)
        {
            var changed = parts.ToArray();
            changed[i] = changed[i][..4] + other + changed[i][5..];
            Assert.Equal(PulseTokenFailure.NotCompact, await _validator.FailureOfAsync(string.Join('.', changed)));
        }
    }

    [Fact]
    public async Task B9_Refuses_bits_behind_the_last_byte_of_each_part()
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var header = Header;
        var payload = Payload();

        // A part of 3n + 1 bytes ends in four bits that say nothing.
        while (Encoding.UTF8.GetByteCount(header) % 3 != 1)
        {
            header += " ";
        }

        while (Encoding.UTF8.GetByteCount(payload) % 3 != 1)
        {
            payload += " ";
        }

        var token = Sign(payload, header);
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(token));
        var parts = token.Split('.');
        for (var i = 0; i < 3; i++)
        {
            var changed = parts.ToArray();
            changed[i] = changed[i][..^1] + alphabet[alphabet.IndexOf(changed[i][^1], StringComparison.Ordinal) + 1];
            Assert.Equal(PulseTokenFailure.NotCompact, await _validator.FailureOfAsync(string.Join('.', changed)));
        }
    }
}
