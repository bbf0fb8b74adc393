using System.Buffers;
using Microsoft.Extensions.Options;
using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

/// <summary>Working space comes from a pool the whole process shares: it goes back, and goes back empty.</summary>
public sealed class BufferTests
{
    private readonly TestValidator _validator = new(options => options.TokenCache.Capacity = 2);

    [Theory]
    [InlineData("good")]
    [InlineData("forged")]
    [InlineData("expired")]
    [InlineData("malformed")]
    public async Task An_access_token_stays_in_no_buffer(string what)
    {
        var token = what switch
        {
            "good" => Token(),
            "forged" => Token()[..^8] + "AAAAAAAA",
            "expired" => Token(("exp", $"{Seconds(-31)}")),
            _ => Token() + "=",
        };
        await _validator.ValidateAsync(Token());

        AssertReturnedEmpty(token.Length, () =>
        {
            var answer = _validator.ValidateAsync(token);
            Assert.True(answer.IsCompletedSuccessfully);
        });
    }

    [Fact]
    public async Task A_logout_token_stays_in_no_buffer()
    {
        var login = Options.Create(new PulseBrowserLoginOptions { Issuer = Issuer, ClientId = "pulse-web" });
        var logout = new LogoutTokenValidator(_validator.Issuers, login, _validator.Time);
        await _validator.ValidateAsync(Token());
        var token = Token();

        AssertReturnedEmpty(token.Length, () =>
        {
            var answer = logout.ValidateAsync(token, CancellationToken.None);
            Assert.True(answer.IsCompletedSuccessfully);
        });
    }

    // What a thread returns it is the first to get again.
    private static void AssertReturnedEmpty(int tokenLength, Action validate)
    {
        var before = ArrayPool<byte>.Shared.Rent(CompactJws.BufferSize(tokenLength));
        Array.Fill(before, (byte)0xAA);
        ArrayPool<byte>.Shared.Return(before);

        validate();

        var after = ArrayPool<byte>.Shared.Rent(CompactJws.BufferSize(tokenLength));
        ArrayPool<byte>.Shared.Return(after);
        Assert.Same(before, after);
        Assert.All(after, value => Assert.Equal(0, value));
    }
}
