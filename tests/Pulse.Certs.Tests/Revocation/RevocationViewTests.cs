using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Certs.Tests;

public class RevocationViewTests
{
    private readonly FakeTimeProvider _time = new(Harness.Start);
    private readonly RevocationView _view;

    public RevocationViewTests() =>
        _view = new RevocationView(Options.Create(new PulseCertsOptions { RevocationMaxStaleness = TimeSpan.FromMinutes(2) }), _time);

    [Fact]
    public void Is_not_fresh_before_the_first_reading_even_when_something_was_revoked_here()
    {
        Assert.False(_view.IsFresh);
        Assert.Equal(TimeSpan.MaxValue, _view.Age);

        _view.Add("01");

        Assert.True(_view.IsRevoked("01"));
        Assert.False(_view.IsFresh);
    }

    [Fact]
    public void Ages_from_the_moment_the_reading_began()
    {
        var began = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMinutes(1));
        _view.Replace([], began);

        Assert.Equal(TimeSpan.FromMinutes(1), _view.Age);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_view.IsFresh);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(_view.IsFresh);
    }

    [Fact]
    public void Does_not_believe_a_wall_clock_that_is_set_back()
    {
        var clock = new SetBackClock();
        var view = new RevocationView(Options.Create(new PulseCertsOptions()), clock);
        view.Replace([], clock.GetTimestamp());
        Assert.True(view.IsFresh);

        clock.Timestamp += 6 * 60 * clock.TimestampFrequency;

        Assert.False(view.IsFresh);
    }

    [Fact]
    public void Still_says_revoked_when_it_is_stale()
    {
        _view.Replace(["01"], _time.GetTimestamp());
        _time.Advance(TimeSpan.FromDays(1));

        Assert.True(_view.IsRevoked("01"));
        Assert.False(_view.IsRevoked("02"));
    }

    [Fact]
    public void Keeps_what_was_changed_here_after_the_reading_began()
    {
        var began = _time.GetTimestamp();
        _view.Add("02");
        _view.Apply("03", Record(RevocationReason.RemoveFromCrl, revision: 2));
        _view.Replace(["01", "03"], began);

        Assert.True(_view.IsRevoked("01"));
        Assert.True(_view.IsRevoked("02"));
        Assert.False(_view.IsRevoked("03"));
    }

    [Fact]
    public void Believes_a_reading_that_began_after_the_change()
    {
        _view.Add("02");
        _view.Apply("03", Record(RevocationReason.RemoveFromCrl, revision: 2));
        _time.Advance(TimeSpan.FromTicks(1));

        // Another host released the one and held the other again.
        _view.Replace(["03"], _time.GetTimestamp());

        Assert.False(_view.IsRevoked("02"));
        Assert.True(_view.IsRevoked("03"));
    }

    [Fact]
    public void Shows_the_later_of_two_changes_in_whichever_order_they_come()
    {
        _view.Apply("01", Record(RevocationReason.CertificateHold, revision: 3));
        _view.Apply("01", Record(RevocationReason.RemoveFromCrl, revision: 2));
        Assert.True(_view.IsRevoked("01"));

        _view.Apply("01", Record(RevocationReason.RemoveFromCrl, revision: 3));
        Assert.True(_view.IsRevoked("01"));

        _view.Apply("01", Record(RevocationReason.RemoveFromCrl, revision: 4));
        Assert.False(_view.IsRevoked("01"));
    }

    [Fact]
    public void Loses_no_revocation_of_many_threads()
    {
        Parallel.For(0, 500, number =>
        {
            _view.Add($"{number:x4}");
            if (number % 50 == 0)
            {
                _view.Replace([], _time.GetTimestamp());
            }
        });

        Assert.All(Enumerable.Range(0, 500), number => Assert.True(_view.IsRevoked($"{number:x4}")));
    }

    [Fact]
    public void Allocates_nothing_to_answer()
    {
        _view.Replace(["01"], _time.GetTimestamp());
        _view.Add("03");
        _view.IsRevoked("02");

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            _view.IsRevoked("02");
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static RevocationRecord Record(RevocationReason reason, int revision) => new(reason, Harness.Start, InvalidSince: null, revision);

    /// <summary>A machine whose uptime goes on while its wall clock stands still.</summary>
    private sealed class SetBackClock : TimeProvider
    {
        public long Timestamp { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Timestamp;

        public override DateTimeOffset GetUtcNow() => Harness.Start;
    }
}
