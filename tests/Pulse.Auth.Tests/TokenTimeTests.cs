using System.Globalization;
using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

public sealed class TokenTimeTests
{
    private readonly TestValidator _validator = new();

    [Theory]
    [InlineData(-29, PulseTokenFailure.None)]
    [InlineData(-30, PulseTokenFailure.Expired)]
    [InlineData(-31, PulseTokenFailure.Expired)]
    public async Task A_token_ends_at_its_expiry_plus_skew(int exp, PulseTokenFailure expected) =>
        Assert.Equal(expected, await _validator.FailureOfAsync(Token(("exp", At(exp)))));

    [Theory]
    [InlineData(30, PulseTokenFailure.None)]
    [InlineData(31, PulseTokenFailure.NotYetValid)]
    public async Task A_token_begins_at_nbf_minus_skew(int nbf, PulseTokenFailure expected) =>
        Assert.Equal(expected, await _validator.FailureOfAsync(Token(("nbf", At(nbf)))));

    [Theory]
    [InlineData(30, PulseTokenFailure.None)]
    [InlineData(31, PulseTokenFailure.NotYetValid)]
    public async Task A_token_is_not_issued_in_the_future(int iat, PulseTokenFailure expected) =>
        Assert.Equal(expected, await _validator.FailureOfAsync(Token(("iat", At(iat)))));

    [Theory]
    [InlineData(86_400, PulseTokenFailure.None)]
    [InlineData(86_401, PulseTokenFailure.LifetimeInvalid)]
    public async Task A_token_lives_no_longer_than_allowed(int lifetime, PulseTokenFailure expected) =>
        Assert.Equal(expected, await _validator.FailureOfAsync(Token(("iat", At(-60)), ("exp", At(lifetime - 60)))));

    [Theory]
    [InlineData(9, 10, PulseTokenFailure.None)]
    [InlineData(10, 10, PulseTokenFailure.LifetimeInvalid)]
    [InlineData(11, 10, PulseTokenFailure.LifetimeInvalid)]
    public async Task A_token_ends_after_it_begins(int begin, int end, PulseTokenFailure expected)
    {
        Assert.Equal(expected, await _validator.FailureOfAsync(Token(("nbf", At(begin)), ("exp", At(end)))));
        Assert.Equal(expected, await _validator.FailureOfAsync(Token(("iat", At(begin)), ("exp", At(end)))));
    }

    [Fact]
    public async Task A_token_ends_after_it_was_issued_whatever_nbf_says() =>
        Assert.Equal(PulseTokenFailure.LifetimeInvalid, await _validator.FailureOfAsync(Token(("iat", At(10)), ("exp", At(10)), ("nbf", At(0)))));

    // The last second of the year 9999, the largest .NET can tell, and the first of Unix time.
    [Theory]
    [InlineData(253_402_300_739, 253_402_300_799, PulseTokenFailure.NotYetValid)]
    [InlineData(253_402_300_740, 253_402_300_800, PulseTokenFailure.LifetimeInvalid)]
    [InlineData(0, 60, PulseTokenFailure.Expired)]
    [InlineData(-1, 60, PulseTokenFailure.LifetimeInvalid)]
    public async Task Times_are_those_that_can_be_told(long iat, long exp, PulseTokenFailure expected) =>
        Assert.Equal(expected, await _validator.FailureOfAsync(Token(
            ("iat", iat.ToString(CultureInfo.InvariantCulture)), ("exp", exp.ToString(CultureInfo.InvariantCulture)), ("nbf", "0"))));

    [Fact]
    public async Task A_token_without_nbf_is_judged_by_iat() =>
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(Token(("nbf", null))));

    [Theory]
    [InlineData("exp")]
    [InlineData("iat")]
    public async Task Expiry_and_issue_are_required(string claim) =>
        Assert.Equal(PulseTokenFailure.LifetimeInvalid, await _validator.FailureOfAsync(Token((claim, null))));

    [Theory]
    [InlineData("\"1893553685\"")]
    [InlineData("1893553685.0")]
    [InlineData("1.893553685e9")]
    [InlineData("1e300")]
    [InlineData("9223372036854775808")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[1893553685]")]
    public async Task C5_Times_are_integers_only(string value)
    {
        foreach (var claim in new[] { "exp", "nbf", "iat" })
        {
            Assert.Equal(PulseTokenFailure.ClaimInvalid, await _validator.FailureOfAsync(Token((claim, value))));
        }
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    [InlineData("253402300800")]
    public async Task C5_Times_outside_the_calendar_are_refused(string value)
    {
        foreach (var claim in new[] { "exp", "nbf", "iat" })
        {
            Assert.Equal(PulseTokenFailure.LifetimeInvalid, await _validator.FailureOfAsync(Token((claim, value))));
        }
    }

    [Fact]
    public async Task C10_A_token_is_judged_by_the_clock_of_each_call()
    {
        var token = Token();
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(token));

        _validator.Time.Advance(TimeSpan.FromSeconds(269));
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(token));

        _validator.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PulseTokenFailure.Expired, await _validator.FailureOfAsync(token));
    }

    [Fact]
    public async Task The_skew_is_an_option()
    {
        var validator = new TestValidator(options => options.ClockSkew = TimeSpan.Zero);

        Assert.Equal(PulseTokenFailure.Expired, await validator.FailureOfAsync(Token(("exp", At(0)))));
        Assert.Equal(PulseTokenFailure.None, await validator.FailureOfAsync(Token(("exp", At(1)))));
    }

    private static string At(int offset) => Seconds(offset).ToString(CultureInfo.InvariantCulture);
}
