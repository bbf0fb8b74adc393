using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Auth.Tests;

public sealed class SessionTests
{
    private readonly FakeTimeProvider _time = new(TokenForge.Now);
    private readonly MemorySessionStore _store;

    public SessionTests() => _store = new MemorySessionStore(_time);

    [Fact]
    public void An_identifier_is_256_bits_that_never_repeat()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => SessionId.Create()).ToList();

        Assert.Equal(1000, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Equal(43, id.Length));
        Assert.All(ids, id => Assert.Equal(43, SessionId.KeyOf(id)!.Length));
        Assert.NotEqual(ids[0], SessionId.KeyOf(ids[0]));
        Assert.Equal(1000, ids.Select(SessionId.KeyOf).Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA A")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Any_other_text_is_no_identifier(string id) => Assert.Null(SessionId.KeyOf(id));

    [Fact]
    public async Task A_session_lives_until_its_expiry()
    {
        await _store.AddAsync("k", Record(60), default);

        _time.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromTicks(1));
        Assert.NotNull(await _store.FindAsync("k", default));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(await _store.FindAsync("k", default));
        Assert.Null(await _store.FindAsync("other", default));
    }

    [Fact]
    public async Task A_session_can_be_extended_and_removed()
    {
        await _store.AddAsync("k", Record(60), default);
        await _store.ExtendAsync("k", TokenForge.Now.AddSeconds(120), default);
        await _store.ExtendAsync("none", TokenForge.Now.AddSeconds(120), default);

        _time.Advance(TimeSpan.FromSeconds(100));
        Assert.NotNull(await _store.FindAsync("k", default));
        Assert.Null(await _store.FindAsync("none", default));

        await _store.RemoveAsync("k", default);
        await _store.RemoveAsync("k", default);
        Assert.Null(await _store.FindAsync("k", default));
    }

    [Fact]
    public async Task A_full_store_gives_up_expired_sessions_first_and_then_the_nearest_to_its_end()
    {
        await _store.AddAsync("expired", Record(1), default);
        await _store.AddAsync("nearest", Record(60), default);
        for (var i = 2; i < MemorySessionStore.Capacity; i++)
        {
            await _store.AddAsync($"k{i}", Record(100 + i), default);
        }

        _time.Advance(TimeSpan.FromSeconds(2));
        await _store.AddAsync("one more", Record(500), default);
        Assert.NotNull(await _store.FindAsync("nearest", default));

        await _store.AddAsync("and one more", Record(500), default);
        Assert.Null(await _store.FindAsync("nearest", default));
        Assert.NotNull(await _store.FindAsync("k2", default));
        Assert.NotNull(await _store.FindAsync("one more", default));
    }

    [Fact]
    public void A_record_never_prints_its_ticket() => Assert.Equal("SessionRecord", Record(1).ToString());

    [Theory]
    [InlineData("Production", "https", "__Host-pulse-session", true)]
    [InlineData("Production", "http", "__Host-pulse-session", true)]
    [InlineData("Development", "https", "__Host-pulse-session", true)]
    [InlineData("Development", "http", "pulse-session", false)]
    public void The_cookie_is_host_only_and_secure_but_over_http_in_development(string environment, string scheme, string name, bool secure)
    {
        var context = Context(scheme, null);
        var id = SessionId.Create();

        new SessionCookie(new FakeEnvironment(environment)).Write(context, id);

        var cookie = context.Response.Headers.SetCookie.ToString();
        Assert.StartsWith($"{name}={id};", cookie, StringComparison.Ordinal);
        Assert.Equal(secure, cookie.Contains("; secure", StringComparison.Ordinal));
        Assert.Contains("; path=/", cookie, StringComparison.Ordinal);
        Assert.Contains("; httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("; samesite=lax", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Exactly_one_cookie_of_exactly_this_name_counts()
    {
        var id = SessionId.Create();
        var cookie = new SessionCookie();

        Assert.Equal(SessionId.KeyOf(id), cookie.ReadKey(Context("https", $"a=b; __Host-pulse-session={id}; c=d").Request));
        Assert.Null(cookie.ReadKey(Context("https", null).Request));
        Assert.Null(cookie.ReadKey(Context("https", $"pulse-session={id}").Request));
        Assert.Null(cookie.ReadKey(Context("https", $"__HOST-pulse-session={id}").Request));
        Assert.Null(cookie.ReadKey(Context("https", $"__Host-pulse-session ={id}").Request));
        Assert.Null(cookie.ReadKey(Context("https", $"__Host-pulse-session=\"{id}\"").Request));
        Assert.Null(cookie.ReadKey(Context("https", $"__Host-pulse-session={id}; __Host-pulse-session={SessionId.Create()}").Request));
        Assert.Null(cookie.ReadKey(Context("https", "__Host-pulse-session=x").Request));
    }

    [Fact]
    public void A_deleted_cookie_keeps_its_attributes()
    {
        var context = Context("https", null);

        new SessionCookie().Delete(context);

        var cookie = context.Response.Headers.SetCookie.ToString();
        Assert.StartsWith("__Host-pulse-session=;", cookie, StringComparison.Ordinal);
        Assert.Contains("; secure", cookie, StringComparison.Ordinal);
        Assert.Contains("expires=Thu, 01 Jan 1970", cookie, StringComparison.Ordinal);
    }

    private static SessionRecord Record(int seconds) => new(new byte[] { 1 }, TokenForge.Now.AddSeconds(seconds));

    private static DefaultHttpContext Context(string scheme, string? cookie)
    {
        var context = new DefaultHttpContext();
        context.Request.Scheme = scheme;
        if (cookie is not null)
        {
            context.Request.Headers.Cookie = cookie;
        }

        return context;
    }
}

internal sealed class FakeEnvironment(string name) : IHostEnvironment
{
    public string EnvironmentName { get; set; } = name;

    public string ApplicationName { get; set; } = "test";

    public string ContentRootPath { get; set; } = "/";

    public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
}
