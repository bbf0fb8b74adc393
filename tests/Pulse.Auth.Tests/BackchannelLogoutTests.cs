using System.Net.Mime;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

public sealed class BackchannelLogoutTests
{
    private const string LogoutHeader = """{"alg":"RS256","typ":"logout+jwt","kid":"rsa"}""";
    private const string Events = """{"http://schemas.openid.net/event/backchannel-logout":{}}""";

    private readonly TestValidator _validator = new();
    private readonly MemorySessionStore _sessions;
    private readonly FakeLogger<BackchannelLogout> _logger = new();

    public BackchannelLogoutTests() => _sessions = new MemorySessionStore(_validator.Time);

    [Fact]
    public async Task A_logout_by_sid_ends_that_session_and_denies_its_tokens()
    {
        await AddAsync("alice1", "alice", "s1");
        await AddAsync("alice2", "alice", "s2");
        await AddAsync("foreign", "alice", "s1", "https://other.example");

        Assert.Equal(LogoutTokenFailure.None, await ReceiveAsync(LogoutToken()));

        Assert.Equal(["alice2", "foreign"], await LiveAsync("alice1", "alice2", "foreign"));
        Assert.Equal(PulseTokenFailure.Denied, await _validator.FailureOfAsync(Token(("sid", "\"s1\""))));
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(Token(("sid", "\"s2\""), ("sub", "\"alice\""))));
    }

    [Fact]
    public async Task A_logout_by_sub_ends_all_sessions_and_denies_all_tokens_so_far()
    {
        await AddAsync("alice1", "alice", "s1");
        await AddAsync("alice2", "alice", null);
        await AddAsync("bob", "bob", "s3");
        await AddAsync("foreign", "alice", "s1", "https://other.example");

        Assert.Equal(LogoutTokenFailure.None, await ReceiveAsync(LogoutToken(("sid", null))));

        Assert.Equal(["bob", "foreign"], await LiveAsync("alice1", "alice2", "bob", "foreign"));
        Assert.Equal(PulseTokenFailure.Denied, await _validator.FailureOfAsync(Token(("sub", "\"alice\""), ("iat", $"{Seconds(0)}"))));
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(Token(("sub", "\"alice\""), ("iat", $"{Seconds(1)}"))));
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(Token()));
    }

    [Fact]
    public async Task The_denial_lasts_as_long_as_the_longest_token()
    {
        await ReceiveAsync(LogoutToken());
        var until = Now.AddHours(24).AddSeconds(60);
        _validator.Time.SetUtcNow(until - TimeSpan.FromTicks(1));
        Assert.False(await _validator.Denylist.AddAsync(TokenDenial.OfSession(Issuer, "s1", Now), default));
        _validator.Time.SetUtcNow(until);
        Assert.True(await _validator.Denylist.AddAsync(TokenDenial.OfSession(Issuer, "s1", Now), default));
    }

    public static TheoryData<string, string?, object> Claims => new()
    {
        { "iss", $"\"{Issuer}/\"", LogoutTokenFailure.IssuerMismatch },
        { "iss", null, LogoutTokenFailure.IssuerMismatch },
        { "aud", "\"pulse-api\"", LogoutTokenFailure.AudienceMismatch },
        { "aud", "[]", LogoutTokenFailure.AudienceMismatch },
        { "aud", null, LogoutTokenFailure.AudienceMismatch },
        { "aud", "1", LogoutTokenFailure.Malformed },
        { "aud", "[\"x\",\"pulse-web\"]", LogoutTokenFailure.None },
        { "typ", "\"Bearer\"", LogoutTokenFailure.TypeNotAllowed },
        { "typ", "\"ID\"", LogoutTokenFailure.TypeNotAllowed },
        { "typ", "\"logout\"", LogoutTokenFailure.TypeNotAllowed },
        { "typ", null, LogoutTokenFailure.None },
        { "iat", null, LogoutTokenFailure.TimeInvalid },
        { "iat", "-1", LogoutTokenFailure.TimeInvalid },
        { "iat", $"{long.MaxValue}", LogoutTokenFailure.TimeInvalid },
        { "iat", $"\"{Seconds(0)}\"", LogoutTokenFailure.Malformed },
        { "iat", $"{Seconds(0)}.5", LogoutTokenFailure.Malformed },
        { "iat", $"{Seconds(30)}", LogoutTokenFailure.None },
        { "iat", $"{Seconds(31)}", LogoutTokenFailure.TimeInvalid },
        { "iat", $"{Seconds(-329)}", LogoutTokenFailure.None },
        { "iat", $"{Seconds(-330)}", LogoutTokenFailure.TimeInvalid },
        { "exp", $"{Seconds(1)}", LogoutTokenFailure.None },
        { "exp", $"{Seconds(0)}", LogoutTokenFailure.TimeInvalid },
        { "exp", $"{long.MaxValue}", LogoutTokenFailure.TimeInvalid },
        { "exp", "253402300799", LogoutTokenFailure.None },
        { "exp", "253402300800", LogoutTokenFailure.TimeInvalid },
        { "jti", null, LogoutTokenFailure.IdentifierMissing },
        { "jti", "\"\"", LogoutTokenFailure.Malformed },
        { "jti", "1", LogoutTokenFailure.Malformed },
        { "sid", "\"\"", LogoutTokenFailure.Malformed },
        { "sub", "\"\"", LogoutTokenFailure.Malformed },
        { "sub", null, LogoutTokenFailure.None },
        { "nonce", "\"n\"", LogoutTokenFailure.NoncePresent },
        { "nonce", "null", LogoutTokenFailure.NoncePresent },
        { "events", null, LogoutTokenFailure.EventMissing },
        { "events", "{}", LogoutTokenFailure.EventMissing },
        { "events", "[]", LogoutTokenFailure.EventMissing },
        { "events", "\"http://schemas.openid.net/event/backchannel-logout\"", LogoutTokenFailure.EventMissing },
        { "events", """{"http://schemas.openid.net/event/backchannel-logout":true}""", LogoutTokenFailure.EventMissing },
        { "events", """{"http://schemas.openid.net/event/other":{}}""", LogoutTokenFailure.EventMissing },
        { "events", """{"x":{},"http://schemas.openid.net/event/backchannel-logout":{},"y":1}""", LogoutTokenFailure.None },
    };

    [Theory]
    [MemberData(nameof(Claims))]
    public async Task C2_Each_claim_of_a_logout_token_is_judged(string claim, string? json, object expected)
    {
        await AddAsync("alice1", "alice", "s1");

        Assert.Equal((LogoutTokenFailure)expected, await ReceiveAsync(LogoutToken((claim, json))));

        Assert.Equal((LogoutTokenFailure)expected == LogoutTokenFailure.None ? 0 : 1, (await LiveAsync("alice1")).Count);
    }

    [Fact]
    public async Task An_old_logout_token_is_expired_when_it_says_so()
    {
        var payload = (("iat", $"{Seconds(-100)}"), ("exp", $"{Seconds(-30)}"));
        Assert.Equal(LogoutTokenFailure.TimeInvalid, await ReceiveAsync(LogoutToken(payload.Item1!, payload.Item2!)));
        Assert.Equal(LogoutTokenFailure.None, await ReceiveAsync(LogoutToken(("iat", $"{Seconds(-100)}"), ("exp", $"{Seconds(-29)}"))));
    }

    [Fact]
    public async Task A_logout_token_must_name_somebody() =>
        Assert.Equal(LogoutTokenFailure.NobodyNamed, await ReceiveAsync(LogoutToken(("sid", null), ("sub", null))));

    [Theory]
    [InlineData("""{"alg":"RS256","kid":"rsa"}""", LogoutTokenFailure.None)]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"rsa"}""", LogoutTokenFailure.None)]
    [InlineData("""{"alg":"RS256","typ":"application/logout+jwt","kid":"rsa"}""", LogoutTokenFailure.None)]
    [InlineData("""{"alg":"RS256","typ":"at+jwt","kid":"rsa"}""", LogoutTokenFailure.TypeNotAllowed)]
    [InlineData("""{"alg":"RS256","kid":"rsa","crit":["x"]}""", LogoutTokenFailure.Malformed)]
    [InlineData("""{"alg":"RS256"}""", LogoutTokenFailure.Malformed)]
    [InlineData("""{"alg":"none","kid":"rsa"}""", LogoutTokenFailure.AlgorithmNotAllowed)]
    [InlineData("""{"alg":"PS256","kid":"rsa"}""", LogoutTokenFailure.AlgorithmNotAllowed)]
    [InlineData("""{"alg":"RS256","kid":"unknown"}""", LogoutTokenFailure.SignatureInvalid)]
    public async Task The_header_of_a_logout_token_is_judged(string header, object expected) =>
        Assert.Equal((LogoutTokenFailure)expected, await ReceiveAsync(Sign(LogoutPayload(), header)));

    [Fact]
    public async Task C2_No_other_token_is_a_logout_token()
    {
        Assert.Equal(LogoutTokenFailure.TypeNotAllowed, await ReceiveAsync(Token(("aud", "\"pulse-web\""))));
        Assert.Equal(LogoutTokenFailure.EventMissing, await ReceiveAsync(Sign(Payload(("aud", "\"pulse-web\""), ("typ", null)))));
        Assert.Equal(PulseTokenFailure.TypeNotAllowed, await _validator.FailureOfAsync(LogoutToken(("aud", $"\"{Audience}\""))));
    }

    [Fact]
    public async Task A_forged_or_malformed_logout_token_ends_nothing()
    {
        await AddAsync("alice1", "alice", "s1");

        Assert.Equal(LogoutTokenFailure.SignatureInvalid, await ReceiveAsync(LogoutToken()[..^8] + "AAAAAAAA"));
        Assert.Equal(LogoutTokenFailure.Malformed, await ReceiveAsync("a.b"));
        Assert.Equal(LogoutTokenFailure.Malformed, await ReceiveAsync(new string('a', 8193)));
        Assert.Equal(LogoutTokenFailure.Malformed, await ReceiveAsync(Sign(LogoutPayload().Replace("{\"iss\"", "{\"jti\":\"x\",\"iss\"", StringComparison.Ordinal), LogoutHeader)));
        Assert.Equal(LogoutTokenFailure.Malformed, await ReceiveAsync(Sign("[]", LogoutHeader)));

        Assert.Single(await LiveAsync("alice1"));
    }

    [Fact]
    public async Task A_logout_token_counts_once()
    {
        Assert.Equal(LogoutTokenFailure.None, await ReceiveAsync(LogoutToken()));
        await AddAsync("later", "alice", "s1");

        Assert.Equal(LogoutTokenFailure.Replayed, await ReceiveAsync(LogoutToken()));
        Assert.Equal(LogoutTokenFailure.Replayed, await ReceiveAsync(LogoutToken(("sid", "\"s9\""))));
        Assert.Single(await LiveAsync("later"));
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(Token(("jti", "\"l1\""))));
    }

    [Fact]
    public async Task Without_keys_a_logout_is_unavailable_and_can_be_sent_again()
    {
        _validator.Documents.Problem = KeySetProblem.Unreachable;
        Assert.Equal(LogoutTokenFailure.Unavailable, await ReceiveAsync(LogoutToken()));
        Assert.Equal(LogoutTokenFailure.IssuerMismatch, await ReceiveAsync(LogoutToken(("iss", "\"x\""))));

        _validator.Documents.Problem = KeySetProblem.None;
        _validator.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(LogoutTokenFailure.None, await ReceiveAsync(LogoutToken()));
    }

    [Fact]
    public async Task A_store_that_throws_is_reported()
    {
        using var logouts = new MetricCollector<long>(_validator.Meters, AuthMetrics.MeterName, "pulse.auth.backchannel_logouts");
        var failure = await Logout(new BrokenDenylist()).ReceiveAsync(LogoutToken(), default);

        Assert.Equal(LogoutTokenFailure.Unavailable, failure);
        Assert.Contains(_logger.Collector.GetSnapshot(), record => record.Id.Id == 1026);
        Assert.Equal("Unavailable", Assert.Single(logouts.GetMeasurementSnapshot()).Tags["reason"]);
    }

    [Theory]
    [InlineData("logout_token={0}", 200)]
    [InlineData("x=1&logout_token={0}", 200)]
    [InlineData("logout_token={0}&logout_token={0}", 400)]
    [InlineData("token={0}", 400)]
    [InlineData("", 400)]
    public async Task The_endpoint_takes_exactly_one_token_from_a_form(string body, int expected)
    {
        Assert.Equal(expected, await PostAsync(body, "application/x-www-form-urlencoded; charset=utf-8"));
        Assert.Equal(expected == 200 ? 0 : 1, _logger.Collector.Count);
    }

    [Theory]
    [InlineData(MediaTypeNames.Application.Json)]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("")]
    public async Task The_endpoint_takes_no_other_body(string type) =>
        Assert.Equal(400, await PostAsync("logout_token={0}", type));

    [Fact]
    public async Task The_endpoint_bounds_what_it_reads()
    {
        Assert.Equal(400, await PostAsync("a=" + new string('a', 100_000) + "&logout_token={0}", "application/x-www-form-urlencoded"));
        Assert.Equal(400, await PostAsync(string.Concat(Enumerable.Range(0, 17).Select(i => $"a{i}=1&")) + "logout_token={0}", "application/x-www-form-urlencoded"));
    }

    [Fact]
    public async Task The_endpoint_says_unavailable_while_it_cannot_decide()
    {
        _validator.Documents.Problem = KeySetProblem.Unreachable;

        Assert.Equal(503, await PostAsync("logout_token={0}", "application/x-www-form-urlencoded"));
    }

    private static string LogoutPayload(params (string Name, string? Json)[] changes) => Payload(
    [
        ("aud", "\"pulse-web\""), ("typ", "\"Logout\""), ("sub", "\"alice\""), ("sid", "\"s1\""), ("jti", "\"l1\""),
        ("iat", $"{Seconds(0)}"), ("exp", null), ("events", Events), ("realm_access", null), .. changes,
    ]);

    private static string LogoutToken(params (string Name, string? Json)[] changes) => Sign(LogoutPayload(changes), LogoutHeader);

    private Task<LogoutTokenFailure> ReceiveAsync(string token) => Logout().ReceiveAsync(token, default);

    private BackchannelLogout Logout(ITokenDenylist? denylist = null)
    {
        var login = Options.Create(new PulseBrowserLoginOptions { Issuer = Issuer, ClientId = "pulse-web" });
        return new BackchannelLogout(
            new LogoutTokenValidator(_validator.Issuers, login, _validator.Time),
            login,
            _validator.Issuers,
            _sessions,
            denylist ?? _validator.Denylist,
            _validator.Metrics,
            _validator.Time,
            _logger);
    }

    private async Task<int> PostAsync(string body, string type)
    {
        var context = new DefaultHttpContext
        {
            RequestServices = new ServiceCollection().AddSingleton(Logout()).BuildServiceProvider(),
        };
        context.Request.Method = "POST";
        context.Request.ContentType = type;
        context.Request.Body = new MemoryStream(Encoding.ASCII.GetBytes(body.Replace("{0}", LogoutToken(), StringComparison.Ordinal)));

        await BackchannelLogoutEndpoint.HandleAsync(context);

        Assert.Equal("no-store", context.Response.Headers.CacheControl);
        return context.Response.StatusCode;
    }

    private async Task AddAsync(string key, string subject, string? session, string issuer = Issuer) =>
        await _sessions.AddAsync(
            key,
            new SessionRecord(new byte[] { 1 }, Now.AddHours(8)) { Issuer = issuer, Subject = subject, ProviderSession = session },
            default);

    private async Task<List<string>> LiveAsync(params string[] keys)
    {
        var live = new List<string>();
        foreach (var key in keys)
        {
            if (await _sessions.FindAsync(key, default) is not null)
            {
                live.Add(key);
            }
        }

        return live;
    }

    private sealed class BrokenDenylist : ITokenDenylist
    {
        public ValueTask<bool> AddAsync(TokenDenial denial, CancellationToken cancellationToken) => throw new TimeoutException();

        public ValueTask<bool> IsDeniedAsync(VerifiedToken token, CancellationToken cancellationToken) => throw new TimeoutException();
    }
}
