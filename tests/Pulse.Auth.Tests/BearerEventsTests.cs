using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

/// <summary>What an application may change of the bearer scheme by its events, and what it may not.</summary>
public sealed class BearerEventsTests : IDisposable
{
    private readonly FakeKeyDocuments _documents = new();
    private readonly PulseJwtEvents _events = new();
    private readonly RecordedRefusals _recorded = new();
    private readonly ServiceProvider _services;

    public BearerEventsTests()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new FakeTimeProvider(Now));
        services.AddSingleton<IHostEnvironment>(new FakeEnvironment("Production"));
        services.AddSingleton<IKeyDocuments>(_documents);
        services.AddSingleton<AuthEvents>(_recorded);
        services.AddAuthentication(PulseJwtDefaults.AuthenticationScheme).AddPulseJwt(options =>
        {
            options.Events = _events;
            options.Issuers.Add(new PulseIssuerOptions { Issuer = Issuer, Audiences = { Audience } });
        });
        _services = services.BuildServiceProvider();
    }

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task A_claim_added_to_a_validated_token_is_the_requests()
    {
        _events.OnTokenValidated = context =>
        {
            Assert.Equal("acme", context.Token.TenantId);
            context.Principal!.Identities.Single().AddClaim(new Claim("plan", "gold"));
            return Task.CompletedTask;
        };

        var result = await Request(Token()).AuthenticateAsync();

        Assert.Equal("gold", result.Principal!.FindFirstValue("plan"));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(Seconds(240)), result.Properties!.ExpiresUtc);
    }

    [Theory]
    [InlineData("fail")]
    [InlineData("no result")]
    [InlineData("no principal")]
    public async Task A_validated_token_the_application_does_not_want_is_refused_like_any_other(string how)
    {
        _events.OnTokenValidated = context =>
        {
            switch (how)
            {
                case "fail":
                    context.Fail("suspended");
                    break;
                case "no result":
                    context.NoResult();
                    break;
                default:
                    context.Principal = null;
                    break;
            }

            return Task.CompletedTask;
        };
        var context = Request(Token());

        var result = await context.AuthenticateAsync();
        await context.ChallengeAsync();

        Assert.Equal("The access token was refused.", result.Failure!.Message);
        Assert.Equal((401, "Bearer error=\"invalid_token\""), (context.Response.StatusCode, context.Response.Headers.WWWAuthenticate.ToString()));
        Assert.Equal((PulseTokenFailure.RefusedByApplication, Issuer), await RefusalAsync());
    }

    [Fact]
    public async Task An_application_may_say_success_with_a_principal_of_its_own()
    {
        _events.OnTokenValidated = context =>
        {
            context.Principal = new ClaimsPrincipal(new ClaimsIdentity([new Claim("x", "y")], "own"));
            context.Success();
            return Task.CompletedTask;
        };

        var result = await Request(Token()).AuthenticateAsync();

        Assert.True(result.Succeeded);
        Assert.Equal("y", result.Principal.FindFirstValue("x"));
    }

    [Fact]
    public async Task No_event_is_asked_about_a_token_that_is_wrong()
    {
        _events.OnTokenValidated = _ => throw new InvalidOperationException("asked");

        var result = await Request(Token(("aud", "\"other\""))).AuthenticateAsync();

        Assert.Equal("The access token was refused.", result.Failure!.Message);
    }

    [Fact]
    public async Task What_an_event_throws_fails_the_request()
    {
        _events.OnTokenValidated = _ => throw new InvalidOperationException("broken");

        await Assert.ThrowsAsync<InvalidOperationException>(() => Request(Token()).AuthenticateAsync());
    }

    [Fact]
    public async Task B10_A_token_is_taken_from_another_place_only_when_an_event_does_so()
    {
        var context = Request(null);
        context.Request.QueryString = new QueryString("?access_token=" + Token());
        Assert.True((await context.AuthenticateAsync()).None);

        _events.OnMessageReceived = received =>
        {
            received.Token = received.Request.Query["access_token"];
            return Task.CompletedTask;
        };
        using var scope = _services.CreateScope();
        context.RequestServices = scope.ServiceProvider;
        Assert.True((await context.AuthenticateAsync()).Succeeded);
    }

    [Fact]
    public async Task A_token_an_event_brings_is_judged_and_the_header_is_not_read()
    {
        _events.OnMessageReceived = received =>
        {
            received.Token = "";
            return Task.CompletedTask;
        };

        Assert.NotNull((await Request(Token()).AuthenticateAsync()).Failure);
        Assert.Equal((PulseTokenFailure.NotCompact, null), await RefusalAsync());
    }

    [Fact]
    public async Task A_challenge_tells_the_application_why_and_may_be_answered_by_it()
    {
        (PulseTokenFailure, TimeSpan?) seen = default;
        _events.OnChallenge = challenge =>
        {
            seen = (challenge.Failure, challenge.RetryAfter);
            challenge.Response.StatusCode = 418;
            challenge.HandleResponse();
            return Task.CompletedTask;
        };
        var context = Request(Token(("exp", $"{Seconds(-30)}")));

        await context.ChallengeAsync();

        Assert.Equal((PulseTokenFailure.Expired, null), seen);
        Assert.Equal((418, "", "no-store"), (context.Response.StatusCode, context.Response.Headers.WWWAuthenticate.ToString(), context.Response.Headers.CacheControl.ToString()));
    }

    [Fact]
    public async Task A_challenge_no_event_answers_is_answered_as_ever()
    {
        var seen = PulseTokenFailure.Denied;
        _events.OnChallenge = challenge =>
        {
            Assert.False(challenge.Handled);
            seen = challenge.Failure;
            return Task.CompletedTask;
        };
        var context = Request(null);

        await context.ChallengeAsync();

        Assert.Equal(PulseTokenFailure.None, seen);
        Assert.Equal((401, "Bearer"), (context.Response.StatusCode, context.Response.Headers.WWWAuthenticate.ToString()));
    }

    [Fact]
    public async Task A_challenge_without_keys_says_how_long_to_wait()
    {
        TimeSpan? wait = null;
        _events.OnChallenge = challenge =>
        {
            wait = challenge.RetryAfter;
            return Task.CompletedTask;
        };
        _documents.Problem = KeySetProblem.Unreachable;
        var context = Request(Token());

        await context.ChallengeAsync();

        Assert.Equal(503, context.Response.StatusCode);
        Assert.InRange(wait!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.1));
    }

    [Fact]
    public async Task A_refusal_of_rights_is_told_once_status_and_header_are_set()
    {
        var seen = (0, "");
        _events.OnForbidden = forbidden =>
        {
            seen = (forbidden.Response.StatusCode, forbidden.Response.Headers.WWWAuthenticate.ToString());
            return Task.CompletedTask;
        };

        await Request(Token()).ForbidAsync();

        Assert.Equal((403, "Bearer error=\"insufficient_scope\""), seen);
    }

    private DefaultHttpContext Request(string? token)
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        if (token is not null)
        {
            context.Request.Headers.Authorization = "Bearer " + token;
        }

        return context;
    }

    private async Task<(PulseTokenFailure Failure, string? Issuer)> RefusalAsync()
    {
        var queue = _services.GetRequiredService<AuthEventQueue>();
        await queue.StartAsync(CancellationToken.None);
        await queue.StopAsync(CancellationToken.None);
        Assert.Equal(0, _recorded.Accepted);
        return Assert.Single(_recorded.Refusals);
    }

    private sealed class RecordedRefusals : AuthEvents
    {
        public int Accepted { get; private set; }

        public List<(PulseTokenFailure Failure, string? Issuer)> Refusals { get; } = [];

        public override ValueTask TokenAcceptedAsync(TokenAccepted e, CancellationToken cancellationToken)
        {
            Accepted++;
            return ValueTask.CompletedTask;
        }

        public override ValueTask TokenRefusedAsync(TokenRefused e, CancellationToken cancellationToken)
        {
            Refusals.Add((e.Failure, e.Issuer));
            return ValueTask.CompletedTask;
        }
    }
}
