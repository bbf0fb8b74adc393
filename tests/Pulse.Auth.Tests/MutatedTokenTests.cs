using System.Security.Cryptography;
using CsCheck;
using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

/// <summary>Whatever becomes of a good token on its way, it is no good token any more.</summary>
public sealed class MutatedTokenTests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ";

    // RS256 gives one signature for one input, so the token is the same in every process but for its key.
    private readonly TestValidator _validator = new(options => options.TokenCache.Capacity = 16);

    [Fact]
    public async Task A_changed_token_never_validates()
    {
        var token = Token();
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(token));

        await Changes(token).SampleAsync(
            async changed => changed == token || !(await _validator.ValidateAsync(changed)).Succeeded,
            iter: 400,
            threads: 1,
            seed: "0003ejQ5Jnx8");

        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(token));
    }

    [Fact]
    public async Task Parts_of_two_good_tokens_make_no_third()
    {
        var one = Token().Split('.');
        var other = Sign(Payload(("sub", "\"bob\"")), """{"alg":"RS256","typ":"at+jwt","kid":"rsa"}""").Split('.');
        for (var choice = 0; choice < 8; choice++)
        {
            var mixed = string.Join('.', Enumerable.Range(0, 3).Select(part => ((choice >> part) & 1) == 0 ? one[part] : other[part]));
            var expected = choice is 0 or 7 ? PulseTokenFailure.None : PulseTokenFailure.SignatureInvalid;
            Assert.Equal(expected, await _validator.FailureOfAsync(mixed));
        }
    }

    [Fact]
    public async Task The_signature_of_another_key_never_validates()
    {
        using var another = RSA.Create(2048);
        var input = Token()[..Token().LastIndexOf('.')];
        var forged = another.SignData(System.Text.Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        Assert.Equal(PulseTokenFailure.SignatureInvalid, await _validator.FailureOfAsync($"{input}.{TestKeys.Url(forged)}"));
    }

    private static Gen<string> Changes(string token)
    {
        var at = Gen.Int[0, token.Length - 1];
        var character = Gen.Int[0, Alphabet.Length - 1].Select(i => Alphabet[i]);
        return Gen.OneOf(
            Gen.Select(at, character, (i, c) => token[..i] + c + token[(i + 1)..]),
            Gen.Select(at, character, (i, c) => token[..i] + c + token[i..]),
            at.Select(i => token[..i] + token[(i + 1)..]),
            at.Select(i => token[..i]),
            Gen.Select(at, Gen.Int[1, 40], (i, length) => token[..i] + token[i..Math.Min(token.Length, i + length)] + token[i..]),
            Gen.Select(at, at, (i, j) => Swapped(token, i, j)),
            at.Select(i => token[..i] + char.ToLowerInvariant(token[i]) + token[(i + 1)..]));
    }

    private static string Swapped(string token, int i, int j)
    {
        var characters = token.ToCharArray();
        (characters[i], characters[j]) = (characters[j], characters[i]);
        return new string(characters);
    }
}
