namespace Pulse.Certs.Tests;

public class CertificateSightingsTests
{
    private readonly CertificateSightings _sightings = new();

    [Fact]
    public void Passes_on_a_certificate_once_however_often_it_is_seen()
    {
        _sightings.Seen("01");
        _sightings.Seen("02");
        _sightings.Seen("01");

        Assert.Equal(["01", "02"], _sightings.Take(10));
        _sightings.Seen("01");
        Assert.Empty(_sightings.Take(10));
    }

    [Fact]
    public void Passes_on_again_what_it_was_told_to_forget()
    {
        _sightings.Seen("01");
        _sightings.Take(10);

        _sightings.Forget(["01"]);
        _sightings.Seen("01");

        Assert.Equal(["01"], _sightings.Take(10));
    }

    [Fact]
    public void Takes_no_more_than_asked_for()
    {
        _sightings.Seen("01");
        _sightings.Seen("02");

        Assert.Equal(["01"], _sightings.Take(1));
        Assert.Equal(["02"], _sightings.Take(1));
    }

    [Fact]
    public void Drops_what_it_cannot_hold_and_takes_it_the_next_time()
    {
        for (var number = 0; number <= CertificateSightings.Capacity; number++)
        {
            _sightings.Seen($"{number:x8}");
        }

        Assert.Equal(CertificateSightings.Capacity, _sightings.Take(int.MaxValue).Count);
        _sightings.Seen($"{CertificateSightings.Capacity:x8}");
        Assert.Single(_sightings.Take(10));
    }

    [Fact]
    public void Forgets_everything_when_it_remembers_too_much()
    {
        for (var number = 0; number <= CertificateSightings.MaxRemembered; number++)
        {
            _sightings.Seen($"{number:x8}");
            _sightings.Take(1);
        }

        _sightings.Seen("00000000");

        Assert.Equal(["00000000"], _sightings.Take(1));
        Assert.Throws<ArgumentNullException>(() => _sightings.Seen(null!));
    }

    [Fact]
    public void Remembers_to_the_last_and_then_counts_from_the_start()
    {
        for (var number = 0; number < CertificateSightings.MaxRemembered; number++)
        {
            _sightings.Seen($"{number:x8}");
            _sightings.Take(1);
        }

        _sightings.Seen("00000000");
        Assert.Empty(_sightings.Take(1));

        _sightings.Seen("one too many");
        _sightings.Seen("after it");
        _sightings.Seen("after it");
        Assert.Equal(["one too many", "after it"], _sightings.Take(10));
    }
}
