using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Testing;

namespace Pulse.Auth.Tests;

public sealed class AuthEventQueueTests
{
    private readonly TestValidator _validator = new();
    private readonly FakeLogger<AuthEventQueue> _logger = new();

    [Fact]
    public async Task Delivers_every_event_in_order_before_it_stops()
    {
        var receiver = new Receiver();
        using var queue = new AuthEventQueue(receiver, _validator.Metrics, _logger);
        queue.Add(new TokenAccepted { Subject = "a" });
        queue.Add(new TokenRefused { Failure = PulseTokenFailure.Expired });
        queue.Add(new AccessDenied { Subject = "c" });

        await queue.StartAsync(CancellationToken.None);
        await queue.StopAsync(CancellationToken.None);

        Assert.Equal(["accepted a", "refused Expired", "denied c"], receiver.Seen);
    }

    [Fact]
    public async Task A_receiver_that_throws_loses_that_event_alone()
    {
        using var delivered = Collector("pulse.auth.events");
        var receiver = new Receiver { ThrowOn = "a" };
        using var queue = new AuthEventQueue(receiver, _validator.Metrics, _logger);
        queue.Add(new TokenAccepted { Subject = "a" });
        queue.Add(new TokenAccepted { Subject = "b" });

        await queue.StartAsync(CancellationToken.None);
        await queue.StopAsync(CancellationToken.None);

        Assert.Equal(["accepted b"], receiver.Seen);
        Assert.Equal(["failed", "delivered"], delivered.GetMeasurementSnapshot().Select(measurement => measurement.Tags["outcome"]));
        Assert.Equal(1010, _logger.LatestRecord.Id.Id);
    }

    [Fact]
    public void A_full_queue_drops_and_says_so_but_never_waits()
    {
        using var dropped = Collector("pulse.auth.events");
        using var queue = new AuthEventQueue(new Receiver(), _validator.Metrics, _logger);

        for (var i = 0; i <= AuthEventQueue.Capacity; i++)
        {
            queue.Add(new TokenAccepted());
        }

        Assert.Equal("dropped", Assert.Single(dropped.GetMeasurementSnapshot()).Tags["outcome"]);
        Assert.Equal(1011, _logger.LatestRecord.Id.Id);
    }

    [Theory]
    [InlineData("kept", "overflowed", 0)]
    [InlineData("unkept", "dropped", 1011)]
    [InlineData("thrown", "dropped", 1011)]
    public void What_a_full_queue_has_no_room_for_is_offered_to_the_receiver(string subject, string outcome, int logged)
    {
        var receiver = new Receiver { ThrowOn = "thrown" };
        using var counted = Collector("pulse.auth.events");
        using var queue = new AuthEventQueue(receiver, _validator.Metrics, _logger);
        for (var i = 0; i < AuthEventQueue.Capacity; i++)
        {
            queue.Add(new TokenAccepted());
        }

        queue.Add(new TokenAccepted { Subject = subject });

        Assert.Equal(subject == "kept" ? ["overflow kept"] : [], receiver.Seen);
        Assert.Equal(outcome, Assert.Single(counted.GetMeasurementSnapshot()).Tags["outcome"]);
        Assert.Equal(logged, _logger.Collector.Count == 0 ? 0 : _logger.LatestRecord.Id.Id);
        Assert.Equal(subject == "thrown", _logger.Collector.GetSnapshot().Any(record => record.Id.Id == 1010));
    }

    [Fact]
    public async Task The_default_receiver_does_nothing()
    {
        using var queue = new AuthEventQueue(new NoAuthEvents(), _validator.Metrics, _logger);
        queue.Add(new TokenAccepted());
        queue.Add(new TokenRefused { Failure = PulseTokenFailure.Expired });
        queue.Add(new AccessDenied());

        await queue.StartAsync(CancellationToken.None);
        await queue.StopAsync(CancellationToken.None);

        Assert.Equal(0, _logger.Collector.Count);
    }

    [Fact]
    public async Task Validations_and_fetches_are_counted_by_closed_reasons()
    {
        using var validations = Collector("pulse.auth.token.validations");
        using var refreshes = Collector("pulse.auth.jwks.refreshes");
        using var throttled = Collector("pulse.auth.jwks.unknown_kid.throttled");

        await _validator.ValidateAsync(TokenForge.Token());
        await _validator.ValidateAsync("x");
        for (var i = 0; i < 3; i++)
        {
            await _validator.ValidateAsync(TokenForge.Sign(TokenForge.Payload(), $$"""{"alg":"RS256","typ":"JWT","kid":"new{{i}}"}"""));
        }

        Assert.Equal(
            [("accepted", "None"), ("refused", "NotCompact"), ("refused", "KeyUnknown"), ("refused", "KeyUnknown"), ("refused", "KeyUnknown")],
            validations.GetMeasurementSnapshot().Select(measurement => ((string)measurement.Tags["outcome"]!, (string)measurement.Tags["reason"]!)));
        Assert.Equal(
            [("token", "None"), ("token", "None"), ("token", "None")],
            refreshes.GetMeasurementSnapshot().Select(measurement => ((string)measurement.Tags["trigger"]!, (string)measurement.Tags["outcome"]!)));
        Assert.Single(throttled.GetMeasurementSnapshot());
    }

    private MetricCollector<long> Collector(string instrument) => new(_validator.Meters, AuthMetrics.MeterName, instrument);

    private sealed class Receiver : AuthEvents
    {
        public List<string> Seen { get; } = [];

        public string? ThrowOn { get; init; }

        public override ValueTask TokenAcceptedAsync(TokenAccepted e, CancellationToken cancellationToken)
        {
            if (e.Subject is not null && e.Subject == ThrowOn)
            {
                throw new InvalidOperationException("no");
            }

            Seen.Add($"accepted {e.Subject}");
            return ValueTask.CompletedTask;
        }

        public override bool TryTakeOverflow(AuthEvent e)
        {
            if (e.Subject is not null && e.Subject == ThrowOn)
            {
                throw new InvalidOperationException("no");
            }

            var isKept = e.Subject == "kept";
            if (isKept)
            {
                Seen.Add($"overflow {e.Subject}");
            }

            return isKept;
        }

        public override ValueTask TokenRefusedAsync(TokenRefused e, CancellationToken cancellationToken)
        {
            Seen.Add($"refused {e.Failure}");
            return ValueTask.CompletedTask;
        }

        public override ValueTask AccessDeniedAsync(AccessDenied e, CancellationToken cancellationToken)
        {
            Seen.Add($"denied {e.Subject}");
            return ValueTask.CompletedTask;
        }
    }
}
