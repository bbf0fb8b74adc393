using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

/// <summary>What the scheme makes of a request, and what the caller is told.</summary>
public sealed class BearerHandlerTests : IDisposable
{
    private readonly FakeKeyDocuments _documents = new();
    private readonly FakeLoggerProvider _log = new();
    private readonly RecordedEvents _events = new();
    private readonly ServiceProvider _services;

    public BearerHandlerTests()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new FakeTimeProvider(Now));
        services.AddSingleton<IHostEnvironment>(new FakeEnvironment("Production"));
        services.AddSingleton<IKeyDocuments>(_documents);
        services.AddSingleton<AuthEvents>(_events);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_log));
        services.AddAuthentication(PulseJwtDefaults.AuthenticationScheme)
            .AddPulseJwt(options => options.Issuers.Add(new PulseIssuerOptions { Issuer = Issuer, Audiences = { Audience } }));
        _services = services.BuildServiceProvider();
    }

    public void Dispose()
    {
        _services.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task A_good_token_becomes_a_principal_that_ends_with_it()
    {
        var context = Request("Bearer " + Token());

        var result = await context.AuthenticateAsync();

        Assert.True(result.Succeeded);
        Assert.Equal(("Bearer", "acme"), (result.Ticket.AuthenticationScheme, result.Principal.GetPulseTenant()));
        Assert.Equal("Bearer", result.Principal.Identity!.AuthenticationType);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(Seconds(240)), result.Properties.ExpiresUtc);
        var accepted = Assert.IsType<TokenAccepted>(Assert.Single(await EventsAsync()));
        Assert.Equal(
            ("Bearer", Issuer, "f3b0c442", "acme", "/api/devices", "trace-1", IPAddress.Loopback),
            (accepted.Scheme, accepted.Issuer, accepted.Subject, accepted.TenantId, accepted.Path, accepted.TraceId, accepted.RemoteAddress));
    }

    [Fact]
    public async Task A_request_without_a_token_is_nobodys_and_is_told_the_scheme_alone()
    {
        var context = Request(null);

        Assert.True((await context.AuthenticateAsync()).None);
        await context.ChallengeAsync();

        Assert.Equal((401, "Bearer", "no-store"), Answer(context));
        Assert.Empty(await EventsAsync());
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("forged")]
    [InlineData("no token")]
    public async Task Every_refusal_looks_the_same_and_only_the_log_and_the_event_say_why(string what)
    {
        var (header, failure) = what switch
        {
            "expired" => ("Bearer " + Token(("exp", $"{Seconds(-30)}")), PulseTokenFailure.Expired),
            "forged" => ("Bearer " + Token()[..^8] + "AAAAAAAA", PulseTokenFailure.SignatureInvalid),
            _ => ("Bearer", PulseTokenFailure.AuthorizationHeaderInvalid),
        };
        var context = Request(header);

        var result = await context.AuthenticateAsync();
        await context.ChallengeAsync();

        Assert.Equal("The access token was refused.", result.Failure!.Message);
        Assert.Equal((401, "Bearer error=\"invalid_token\"", "no-store"), Answer(context));
        var logged = _log.Collector.GetSnapshot().Single(record => record.Id.Id == 1000);
        Assert.Equal(("Bearer", failure.ToString()), (logged.GetStructuredStateValue("Scheme"), logged.GetStructuredStateValue("Failure")));
        var refused = Assert.IsType<TokenRefused>(Assert.Single(await EventsAsync()));
        Assert.Equal((failure, "/api/devices", "trace-1"), (refused.Failure, refused.Path, refused.TraceId));
    }

    [Theory]
    [InlineData("its key identifier")]
    [InlineData("its subject")]
    [InlineData("all of it")]
    public async Task A4_Nothing_a_refused_token_says_reaches_the_log_or_the_answer(string what)
    {
        const string Marker = "cGxhbnRlZA";
        var context = Request("Bearer " + what switch
        {
            "its key identifier" => Sign(Payload(), $$"""{"alg":"RS256","typ":"JWT","kid":"{{Marker}}"}"""),
            "its subject" => Token(("sub", $"\"{Marker}\""), ("exp", $"{Seconds(-30)}")),
            _ => Marker,
        });

        await context.ChallengeAsync();

        Assert.Equal((401, "Bearer error=\"invalid_token\"", "no-store"), Answer(context));
        Assert.NotEmpty(_log.Collector.GetSnapshot());
        Assert.DoesNotContain(_log.Collector.GetSnapshot(), record =>
            record.Message.Contains(Marker, StringComparison.Ordinal) || record.Exception is not null);
    }

    [Fact]
    public async Task Without_keys_the_caller_is_asked_to_come_back()
    {
        _documents.Problem = KeySetProblem.Unreachable;
        var context = Request("Bearer " + Token());

        await context.ChallengeAsync();

        Assert.Equal((503, "", "no-store"), Answer(context));
        Assert.Matches("^[12]$", context.Response.Headers.RetryAfter.ToString());
    }

    [Fact]
    public async Task A_principal_that_may_not_is_told_so()
    {
        var context = Request("Bearer " + Token());

        await context.ForbidAsync();

        Assert.Equal(403, context.Response.StatusCode);
        Assert.Equal("Bearer error=\"insufficient_scope\"", context.Response.Headers.WWWAuthenticate);
    }

    private static (int Status, string Challenge, string? CacheControl) Answer(HttpContext context) =>
        (context.Response.StatusCode, context.Response.Headers.WWWAuthenticate.ToString(), context.Response.Headers.CacheControl);

    private DefaultHttpContext Request(string? authorization)
    {
        var context = new DefaultHttpContext { RequestServices = _services, TraceIdentifier = "trace-1" };
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        (context.Request.PathBase, context.Request.Path) = ("/api", "/devices");
        if (authorization is not null)
        {
            context.Request.Headers.Authorization = authorization;
        }

        return context;
    }

    private async Task<IReadOnlyList<AuthEvent>> EventsAsync()
    {
        var queue = _services.GetRequiredService<AuthEventQueue>();
        await queue.StartAsync(CancellationToken.None);
        await queue.StopAsync(CancellationToken.None);
        return _events.All;
    }

    private sealed class RecordedEvents : AuthEvents
    {
        public List<AuthEvent> All { get; } = [];

        public override ValueTask TokenAcceptedAsync(TokenAccepted e, CancellationToken cancellationToken) => Add(e);

        public override ValueTask TokenRefusedAsync(TokenRefused e, CancellationToken cancellationToken) => Add(e);

        private ValueTask Add(AuthEvent e)
        {
            All.Add(e);
            return ValueTask.CompletedTask;
        }
    }
}
