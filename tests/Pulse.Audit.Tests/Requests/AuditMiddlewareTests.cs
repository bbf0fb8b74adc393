using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Audit.Tests.Requests;

public sealed class AuditMiddlewareTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Recorder _recorder = new();
    private readonly ServiceProvider _services;

    public AuditMiddlewareTests() => _services = new ServiceCollection()
        .AddLogging()
        .AddMetrics()
        .AddSingleton<TimeProvider>(_time)
        .AddPulseAudit(_ => { })
        .Services
        .AddSingleton<IAuditStore>(new FakeStore())
        .AddSingleton<IAuditWriter>(_recorder)
        .BuildServiceProvider();

    [Fact]
    public async Task One_request_is_one_event_that_says_what_was_asked_by_whom_and_how_it_ended()
    {
        var context = Context();
        context.Request.QueryString = new QueryString("?token=secret");
        context.SetEndpoint(new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse("/devices/{id}"), 0, null, null));
        context.User = User(("sub", "alice"), ("tenant_id", "acme"));
        using var activity = new Activity("request").Start();

        await RunAsync(context, async _ =>
        {
            _time.Advance(TimeSpan.FromMicroseconds(1_500.7));
            context.Response.StatusCode = 204;
            await Task.CompletedTask;
        });

        var (written, record) = _recorder.Single();
        Assert.Equal(("http.request", AuditClass.Access, AuditOutcome.Success), (written.Type, written.Class, written.Outcome));
        Assert.Equal(("alice", null, "acme", null), (written.Actor, written.OnBehalfOf, written.TenantId, written.Reason));
        Assert.Equal(IPAddress.Parse("192.0.2.7"), written.Peer);
        Assert.Equal(activity.TraceId.ToHexString(), record.GetProperty("trace").GetString());
        Assert.Equal(
            "{\"method\":\"GET\",\"path\":\"/devices/7\",\"route\":\"/devices/{id}\",\"status\":204,\"duration_us\":1500}", record.GetProperty("public").GetRawText());
        Assert.Equal("{\"peer\":null,\"forwarded\":null}", record.GetProperty("personal").GetRawText());
    }

    [Theory]
    [InlineData(200, AuditOutcome.Success)]
    [InlineData(302, AuditOutcome.Success)]
    [InlineData(399, AuditOutcome.Success)]
    [InlineData(400, AuditOutcome.Failure)]
    [InlineData(401, AuditOutcome.Denied)]
    [InlineData(403, AuditOutcome.Denied)]
    [InlineData(404, AuditOutcome.Failure)]
    [InlineData(499, AuditOutcome.Failure)]
    [InlineData(500, AuditOutcome.Error)]
    [InlineData(503, AuditOutcome.Error)]
    public void The_status_decides_the_outcome(int status, AuditOutcome outcome) => Assert.Equal(outcome, AuditMiddleware.OutcomeOf(status));

    [Fact]
    public async Task A_handler_that_throws_is_recorded_and_still_throws()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync(Context(), _ => throw new InvalidDataException("secret")));

        var (written, record) = _recorder.Single();
        Assert.Equal((AuditOutcome.Error, "InvalidDataException"), (written.Outcome, written.Reason));
        Assert.Equal(500, record.GetProperty("public").GetProperty("status").GetInt32());
        Assert.DoesNotContain("secret", record.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_that_throws_after_its_answer_began_keeps_the_status_the_client_saw()
    {
        var context = Context();
        context.Features.Set<IHttpResponseFeature>(new StartedResponse());

        await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync(context, _ => throw new InvalidDataException()));

        var (written, record) = _recorder.Single();
        Assert.Equal((AuditOutcome.Error, 200), (written.Outcome, record.GetProperty("public").GetProperty("status").GetInt32()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_went_away_is_recorded_as_499(bool throws)
    {
        var context = Context();
        context.RequestAborted = new CancellationToken(canceled: true);
        try
        {
            await RunAsync(context, _ => throws ? throw new OperationCanceledException() : Task.CompletedTask);
            Assert.False(throws);
        }
        catch (OperationCanceledException)
        {
            Assert.True(throws);
        }

        var (written, record) = _recorder.Single();
        Assert.Equal((AuditOutcome.Failure, "aborted"), (written.Outcome, written.Reason));
        Assert.Equal(499, record.GetProperty("public").GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task A_pipeline_that_runs_again_for_its_error_page_is_one_request()
    {
        var ran = 0;
        var middleware = Middleware(_ => Task.CompletedTask);
        await RunAsync(Context(), async again =>
        {
            ran++;
            await middleware.InvokeAsync(again);
        });

        Assert.Equal(1, ran);
        _recorder.Single();
    }

    [Fact]
    public async Task What_is_skipped_is_not_recorded_and_the_rest_is()
    {
        var options = new PulseAuditRequestOptions { Skip = context => context.Request.Path == "/healthz" };
        var context = Context();
        await Middleware(_ => Task.CompletedTask, options).InvokeAsync(context);
        _recorder.Single();
        var skipped = Context();
        skipped.Request.Path = "/healthz";

        await Middleware(_ => Task.CompletedTask, options).InvokeAsync(skipped);

        _recorder.Single();
    }

    [Theory]
    [InlineData("skip")]
    [InlineData("actor")]
    [InlineData("on_behalf_of")]
    [InlineData("tenant")]
    public async Task A_question_the_application_fails_to_answer_changes_nothing_but_that_answer(string question)
    {
        using var failures = new MetricCollector<long>(_services.GetRequiredService<IMeterFactory>(), AuditMetrics.MeterName, "pulse.audit.request.failures");
        var options = new PulseAuditRequestOptions { Actor = _ => "alice", OnBehalfOf = _ => "bob", TenantId = _ => "acme" };
        Func<HttpContext, string?> failing = _ => throw new InvalidDataException("secret");
        switch (question)
        {
            case "skip": options.Skip = _ => throw new InvalidDataException("secret"); break;
            case "actor": options.Actor = failing; break;
            case "on_behalf_of": options.OnBehalfOf = failing; break;
            default: options.TenantId = failing; break;
        }

        await Middleware(_ => Task.CompletedTask, options).InvokeAsync(Context());

        var (written, _) = _recorder.Single();
        Assert.Equal(question == "actor" ? null : "alice", written.Actor);
        Assert.Equal(question == "on_behalf_of" ? null : "bob", written.OnBehalfOf);
        Assert.Equal(question == "tenant" ? null : "acme", written.TenantId);
        Assert.Equal(question, Assert.Single(failures.GetMeasurementSnapshot()).Tags["question"]);
    }

    [Fact]
    public async Task A_question_that_fails_after_the_handler_did_does_not_take_its_place()
    {
        var options = new PulseAuditRequestOptions { Actor = _ => throw new InvalidDataException("of the question") };

        await Assert.ThrowsAsync<NotSupportedException>(() => Middleware(_ => throw new NotSupportedException("of the handler"), options).InvokeAsync(Context()));

        Assert.Equal((AuditOutcome.Error, "NotSupportedException"), (_recorder.Single().Written.Outcome, _recorder.Single().Written.Reason));
    }

    [Fact]
    public void Half_a_surrogate_pair_in_the_acting_party_is_recorded_as_it_came()
    {
        // Not data of a theory: an attribute's text cannot hold half a pair.
        foreach (var act in new[] { "{\"sub\":\"\\ud800\"}", "{\"sub\":\"\ud800\"}", "\ud800" })
        {
            Assert.Equal(act, RequestCaller.ActorOf(User(("sub", "alice"), ("act", act))));
        }
    }

    [Theory]
    [InlineData("alice", null, "alice", null)]
    [InlineData("alice", "{\"sub\":\"operator\"}", "operator", "alice")]
    [InlineData("alice", "{\"sub\":\"alice\"}", "alice", null)]
    [InlineData("alice", "{\"sub\":7}", "{\"sub\":7}", "alice")]
    [InlineData("alice", "[]", "[]", "alice")]
    [InlineData("alice", "operator", "operator", "alice")]
    [InlineData(null, "{\"sub\":\"operator\"}", "operator", null)]
    [InlineData(null, null, null, null)]
    public void Impersonation_shows_both(string? subject, string? act, string? actor, string? principal)
    {
        var user = User(("sub", subject), ("act", act));

        Assert.Equal((actor, principal), (RequestCaller.ActorOf(user), RequestCaller.PrincipalOf(user)));
    }

    [Fact]
    public void A_subject_mapped_to_dotnet_s_own_claim_is_one_too() =>
        Assert.Equal("alice", RequestCaller.ActorOf(User((ClaimTypes.NameIdentifier, "alice"))));

    [Fact]
    public async Task Peer_and_raw_list_are_those_from_before_the_headers_were_judged()
    {
        var app = new ApplicationBuilder(_services);
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = Microsoft.AspNetCore.HttpOverrides.ForwardedHeaders.XForwardedFor };
        forwarded.KnownProxies.Add(IPAddress.Parse("10.0.0.1"));
        var filter = new RequestOriginFilter();
        filter.Configure(inner =>
        {
            inner.UseForwardedHeaders(forwarded);
            inner.UsePulseAudit(options => options.Actor = _ => "configured");
        })(app);
        var context = Context();
        context.Connection.RemoteIpAddress = IPAddress.Parse("10.0.0.1");
        context.Request.Headers["X-Forwarded-For"] = "203.0.113.9, 198.51.100.4";

        await app.Build()(context);

        var (written, record) = _recorder.Single();
        Assert.Equal((IPAddress.Parse("198.51.100.4"), "configured"), (written.Peer, written.Actor));
        Assert.Equal("{\"peer\":\"10.0.0.1\",\"forwarded\":\"203.0.113.9, 198.51.100.4\"}", record.GetProperty("personal").GetRawText());
    }

    private static DefaultHttpContext Context()
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        context.Request.Path = "/devices/7";
        context.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.7");
        return context;
    }

    private static ClaimsPrincipal User(params (string Type, string? Value)[] claims) =>
        new(new ClaimsIdentity(claims.Where(claim => claim.Value is not null).Select(claim => new Claim(claim.Type, claim.Value!)), "test"));

    private AuditMiddleware Middleware(RequestDelegate next, PulseAuditRequestOptions? options = null) =>
        new(
            next,
            _recorder,
            options ?? new PulseAuditRequestOptions(),
            _time,
            _services.GetRequiredService<AuditMetrics>(),
            NullLogger<AuditMiddleware>.Instance);

    private Task RunAsync(HttpContext context, RequestDelegate next) => Middleware(next).InvokeAsync(context);

    private sealed class Recorder : IAuditWriter
    {
        private readonly List<(AuditEvent Written, JsonElement Record)> _events = [];

        public (AuditEvent Written, JsonElement Record) Single() => Assert.Single(_events);

        public bool TryWrite(AuditEvent auditEvent)
        {
            var record = new EventCanonicalizer(new PulseAuditOptions(), TimeProvider.System).Canonicalize(auditEvent).Record;
            _events.Add((auditEvent, JsonDocument.Parse(record).RootElement));
            return false;
        }

        public ValueTask<AuditReceipt> WriteAsync(AuditEvent auditEvent, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("A request never waits for its event.");
    }

    private sealed class StartedResponse : HttpResponseFeature
    {
        public override bool HasStarted => true;
    }
}
