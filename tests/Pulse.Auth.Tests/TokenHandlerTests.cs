using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

public sealed class TokenHandlerTests
{
    private readonly FakeLogger<PulseJwtTokenHandler> _logger = new();
    private readonly PulseJwtTokenHandler _handler;

    public TokenHandlerTests() => _handler = new PulseJwtTokenHandler(new TestValidator().Validator, _logger);

    [Fact]
    public async Task A_valid_token_gives_an_identity_with_the_tokens_own_names()
    {
        var result = await _handler.ValidateTokenAsync(Token(), new TokenValidationParameters { AuthenticationType = "mine" });

        Assert.True(result.IsValid);
        Assert.Null(result.Exception);
        Assert.Equal(("mine", "alice"), (result.ClaimsIdentity.AuthenticationType, result.ClaimsIdentity.Name));
        Assert.Equal("f3b0c442", result.ClaimsIdentity.FindFirst(PulseClaimTypes.Subject)!.Value);
        Assert.True(result.ClaimsIdentity.HasClaim(PulseClaimTypes.Role, "customer"));
        var token = result.SecurityToken;
        Assert.Equal((Issuer, "onrtac:2e9c"), (token.Issuer, token.Id));
        Assert.Equal((Now.AddSeconds(-60).UtcDateTime, Now.AddSeconds(240).UtcDateTime), (token.ValidFrom, token.ValidTo));
        Assert.Null(token.SigningKey);
        Assert.Null(token.SecurityKey);
    }

    [Fact]
    public async Task Without_parameters_the_identity_is_of_the_scheme() =>
        Assert.Equal("Bearer", (await _handler.ValidateTokenAsync(Token(("jti", null)), (TokenValidationParameters?)null)).ClaimsIdentity.AuthenticationType);

    [Fact]
    [SuppressMessage("Security", "CA5404", Justification = "What is switched off here must not matter.")]
    public async Task Loose_parameters_loosen_nothing()
    {
        var loose = new TokenValidationParameters
        {
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
            RequireSignedTokens = false,
            SignatureValidator = (_, _) => throw new InvalidOperationException("never asked"),
        };

        Assert.False((await _handler.ValidateTokenAsync(Token(("aud", "\"other\"")), loose)).IsValid);
        Assert.False((await _handler.ValidateTokenAsync(Token()[..^8] + "AAAAAAAA", loose)).IsValid);
    }

    [Fact]
    public async Task C11_A_refusal_names_its_reason_in_the_log_alone()
    {
        var forged = await _handler.ValidateTokenAsync(Token()[..^8] + "AAAAAAAA", new TokenValidationParameters());
        var expired = await _handler.ValidateTokenAsync(Token(("exp", $"{Seconds(-31)}"), ("iat", $"{Seconds(-60)}")), new TokenValidationParameters());

        Assert.False(forged.IsValid);
        Assert.Equal(forged.Exception.Message, expired.Exception.Message);
        Assert.Equal(forged.Exception.GetType(), expired.Exception.GetType());
        Assert.Equal(["SignatureInvalid", "Expired"], _logger.Collector.GetSnapshot().Select(record => record.GetStructuredStateValue("Failure")));
        await Assert.ThrowsAsync<ArgumentNullException>(() => _handler.ValidateTokenAsync((string)null!, new TokenValidationParameters()));
    }

    [Fact]
    public void The_validator_stands_without_a_scheme_and_its_options_are_checked()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IHostEnvironment>(new FakeEnvironment("Production"));
        services.AddPulseTokenValidator(options => options.Issuers.Add(new PulseIssuerOptions { Issuer = Issuer, Audiences = { Audience } }));
        using var provider = services.BuildServiceProvider();

        Assert.NotNull(provider.GetRequiredService<IPulseTokenValidator>());
        Assert.Same(provider.GetRequiredService<PulseJwtTokenHandler>(), provider.GetRequiredService<PulseJwtTokenHandler>());

        var wrong = new ServiceCollection();
        wrong.AddPulseTokenValidator(_ => { });
        using var broken = wrong.BuildServiceProvider();
        Assert.Throws<OptionsValidationException>(() => broken.GetRequiredService<IPulseTokenValidator>());
    }
}
