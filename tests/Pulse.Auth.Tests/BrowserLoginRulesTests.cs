using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Pulse.Auth.Tests;

public sealed class BrowserLoginRulesTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/me")]
    [InlineData("/me?x=%2F%2Fa#b")]
    [InlineData("/a//b")]
    public void A_path_of_this_site_is_kept(string url) => Assert.Equal(url, LocalReturn.Or(url, "/else"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("me")]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/a\\b")]
    [InlineData("/%2fevil.example")]
    [InlineData("/%2Fevil.example")]
    [InlineData("/%5cevil.example")]
    [InlineData("/%5Cevil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("/\n/evil.example")]
    [InlineData("/a\u007F")]
    [InlineData(" /a")]
    [InlineData("javascript:alert(1)")]
    public void Everything_else_is_replaced(string? url) => Assert.Equal("/else", LocalReturn.Or(url, "/else"));

    [Theory]
    [InlineData(2048, true)]
    [InlineData(2049, false)]
    public void A_return_address_is_bounded(int length, bool expected) =>
        Assert.Equal(expected, LocalReturn.IsLocal("/" + new string('a', length - 1)));

    [Theory]
    [InlineData("same-origin", null, true)]
    [InlineData("same-origin", "https://evil.example", true)]
    [InlineData("same-site", "https://pulse.example", false)]
    [InlineData("cross-site", null, false)]
    [InlineData("none", null, false)]
    [InlineData(null, "https://pulse.example", true)]
    [InlineData(null, "http://pulse.example", false)]
    [InlineData(null, "https://pulse.example:8443", false)]
    [InlineData(null, "https://pulse.example.", false)]
    [InlineData(null, "null", false)]
    [InlineData(null, null, false)]
    public void A_logout_comes_from_a_page_of_this_site(string? fetchSite, string? origin, bool expected)
    {
        var site = fetchSite is null ? StringValues.Empty : new StringValues(fetchSite);
        var from = origin is null ? StringValues.Empty : new StringValues(origin);

        Assert.Equal(expected, SameOrigin.IsMet(site, from, "https://pulse.example"));
    }

    [Fact]
    public void A_header_sent_twice_shows_nothing()
    {
        Assert.False(SameOrigin.IsMet(new StringValues(["same-origin", "same-origin"]), StringValues.Empty, "https://pulse.example"));
        Assert.False(SameOrigin.IsMet(StringValues.Empty, new StringValues(["https://pulse.example", "https://pulse.example"]), "https://pulse.example"));
    }

    [Fact]
    public void The_origin_of_a_request_is_its_scheme_and_host()
    {
        var request = new DefaultHttpContext().Request;
        request.Scheme = "https";
        request.Host = new HostString("pulse.example", 8443);
        request.Headers.Origin = "https://pulse.example:8443";

        Assert.True(SameOrigin.IsMet(request));
        request.Scheme = "http";
        Assert.False(SameOrigin.IsMet(request));
    }

    [Theory]
    [InlineData("https://id.example", true)]
    [InlineData("https://id.example/", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("", false)]
    public void An_answer_names_the_issuer_or_nobody(string answer, bool expected)
    {
        Assert.Equal(expected, BrowserLoginEvents.MayComeFrom(answer, "https://id.example"));
        Assert.True(BrowserLoginEvents.MayComeFrom(StringValues.Empty, "https://id.example"));
        Assert.False(BrowserLoginEvents.MayComeFrom(new StringValues(["https://id.example", "https://id.example"]), "https://id.example"));
    }

    [Fact]
    public async Task An_access_token_belongs_to_the_id_token_of_its_subject_and_issuer()
    {
        var token = (await new TestValidator().ValidateAsync(TokenForge.Token())).Token!;

        Assert.True(BrowserLoginEvents.BelongTogether(token, "f3b0c442", TokenForge.Issuer));
        Assert.False(BrowserLoginEvents.BelongTogether(token, "other", TokenForge.Issuer));
        Assert.False(BrowserLoginEvents.BelongTogether(token, null, TokenForge.Issuer));
        Assert.False(BrowserLoginEvents.BelongTogether(token, "f3b0c442", "https://other.example"));
    }
}
