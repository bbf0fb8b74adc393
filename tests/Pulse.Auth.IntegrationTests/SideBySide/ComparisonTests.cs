using System.Globalization;

namespace Pulse.Auth.IntegrationTests.SideBySide;

/// <summary>
/// The same requests at both, over HTTP. Each row of the README's comparison is one of these cases, and a case without its
/// row fails: the table says what was measured and nothing else.
/// </summary>
public sealed class ComparisonTests(BothSides both) : IClassFixture<BothSides>
{
    [Theory]
    [InlineData("a good access token", 200, 200)]
    [InlineData("a signature of another key", 401, 401)]
    [InlineData("`alg` `none`, no signature", 401, 401)]
    [InlineData("HS256 keyed with the public key", 401, 401)]
    [InlineData("a token of another audience", 401, 401)]
    [InlineData("a token of another issuer", 401, 401)]
    [InlineData("an audience with a slash behind it", 401, 200)]
    [InlineData("an ID token (`typ` `ID`)", 401, 200)]
    [InlineData("a logout token (`typ` `Logout`)", 401, 200)]
    [InlineData("a token bound to a key (`cnf`), without proof", 401, 200)]
    [InlineData("a token that expired two minutes ago", 401, 200)]
    [InlineData("`exp` as text", 401, 200)]
    [InlineData("`exp` with a fraction", 401, 200)]
    [InlineData("`iat` an hour ahead", 401, 200)]
    [InlineData("a lifetime of a hundred years", 401, 200)]
    [InlineData("no `sub`", 401, 200)]
    [InlineData("`tenant_id` as a list of two", 401, 200)]
    [InlineData("two members `sub`", 401, 200)]
    [InlineData("two members `sub`, one escaped", 401, 200)]
    [InlineData("bytes behind the payload", 401, 200)]
    [InlineData("padding behind the signature", 401, 200)]
    [InlineData("no `kid`", 401, 200)]
    [InlineData("a `kid` that is not in the set", 401, 200)]
    [InlineData("an extension it must understand (`crit`)", 401, 200)]
    [InlineData("`b64` `false`", 401, 200)]
    [InlineData("129 members", 401, 200)]
    [InlineData("nested 30 deep", 401, 200)]
    [InlineData("a token of 20 KB", 401, 200)]
    public async Task A_token_gets_the_answers_of_the_comparison(string request, int ours, int theirs)
    {
        var token = Requests.Create(request, both.Provider);

        Assert.Equal((ours, theirs), (await both.Ours.StatusAsync(token), await both.Theirs.StatusAsync(token)));
        Comparison.AssertRow(request, $"{ours}", $"{theirs}");
    }

    [Fact]
    public async Task The_answer_tells_a_forger_why_or_does_not()
    {
        using var ours = await both.Ours.SendAsync(both.Provider.AccessToken(("aud", "other")));
        using var theirs = await both.Theirs.SendAsync(both.Provider.AccessToken(("aud", "other")));

        Assert.Equal("Bearer error=\"invalid_token\"", ours.Headers.WwwAuthenticate.ToString());
        Assert.Contains("error_description=", theirs.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Comparison.AssertRow("why, in the answer", "never", "`error_description`");
    }

    [Fact]
    public void The_comparison_names_the_version_it_was_measured_with()
    {
        var version = typeof(Microsoft.AspNetCore.Authentication.JwtBearer.JwtBearerHandler).Assembly.GetName().Version!;

        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"| Pulse.Auth | JwtBearer {version.Major}.{version.Minor} |"), Comparison.Readme(), StringComparison.Ordinal);
    }
}
