using System.Buffers.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Pulse.Certs.Tests;

public class RenewalAdvisorTests
{
    private readonly Harness _harness = new();

    private IRenewalAdvisor Advisor => _harness.Services.GetRequiredService<IRenewalAdvisor>();

    [Fact]
    public async Task Suggests_a_window_after_two_thirds_of_the_life_that_is_the_same_each_time()
    {
        var issued = await _harness.IssueAsync(Harness.Device());

        var hint = await Advisor.AdviseAsync(IdOf(issued));
        _harness.Time.Advance(TimeSpan.FromDays(80));
        var again = await Advisor.AdviseAsync(IdOf(issued));

        var life = issued.NotAfter - issued.NotBefore;
        Assert.NotNull(hint);
        Assert.InRange(hint.Start, issued.NotBefore + (life * 2 / 3) - TimeSpan.FromSeconds(1), issued.NotBefore + (life * 3 / 4));
        Assert.InRange((hint.End - hint.Start) - (life / 12), TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(1));
        Assert.Equal(0, hint.Start.Ticks % TimeSpan.TicksPerSecond);
        Assert.Equal(0, hint.End.Ticks % TimeSpan.TicksPerSecond);
        Assert.Equal(TimeSpan.FromHours(6), hint.RetryAfter);
        Assert.Equal(hint, again);
    }

    [Fact]
    public async Task Spreads_a_fleet_over_its_windows()
    {
        var starts = new List<DateTimeOffset>();
        for (var number = 0; number < 20; number++)
        {
            starts.Add((await Advisor.AdviseAsync(IdOf(await _harness.IssueAsync(Harness.Device($"d{number}")))))!.Start);
        }

        Assert.True(starts.Distinct().Count() > 10);
        Assert.True(starts.Max() - starts.Min() > TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task Asks_back_sooner_in_a_short_life()
    {
        var harness = new Harness(options => (options.DeviceLifetime, options.Backdate) = (TimeSpan.FromHours(24), TimeSpan.Zero));

        var hint = await harness.Services.GetRequiredService<IRenewalAdvisor>().AdviseAsync(IdOf(await harness.IssueAsync(Harness.Device())));

        Assert.Equal(TimeSpan.FromHours(1), hint!.RetryAfter);
    }

    [Fact]
    public async Task Says_now_for_a_certificate_that_is_revoked()
    {
        var issued = await _harness.IssueAsync(Harness.Device());
        await _harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, RevocationReason.Superseded);

        var hint = await Advisor.AdviseAsync(IdOf(issued));

        var now = new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal((now.AddHours(-1), now), (hint!.Start, hint.End));
    }

    [Theory]
    [InlineData(IssuerState.Retired, true)]
    [InlineData(IssuerState.VerifyOnly, false)]
    public async Task Says_now_when_the_issuer_is_retired_and_not_in_a_planned_rollover(IssuerState state, bool atOnce)
    {
        var issued = await _harness.IssueAsync(Harness.Device());
        var next = CertificateAuthorityMaterial.Create("Next", TimeSpan.FromDays(900), "next", _harness.Time, iterations: 1000);
        var harness = new Harness(
            signer: CaSigners.FromEncryptedPem(next.CertificatePem, next.EncryptedPrivateKeyPem, "next"),
            register: builder => builder.AddIssuer(_ => Harness.Signer.CertificateDer, state));
        harness.Store.Certificates.AddRange(_harness.Store.Certificates);

        var hint = await harness.Services.GetRequiredService<IRenewalAdvisor>().AdviseAsync(IdOf(issued));

        Assert.Equal(atOnce, hint!.End <= harness.Time.GetUtcNow());
    }

    [Fact]
    public async Task Knows_nothing_of_other_identifiers()
    {
        var issued = await _harness.IssueAsync(Harness.Device());
        var (issuer, serial) = (IdOf(issued).Split('.')[0], IdOf(issued).Split('.')[1]);

        foreach (var unknown in new[]
        {
            string.Empty, ".", issuer, issuer + ".", "." + serial, issuer + "." + serial + ".", issuer + ".AQID", "AQID." + serial, issuer + ".*",
            issuer + "." + serial + "==", issuer + ".AA", "=." + serial, issuer + "." + new string('A', 128),
        })
        {
            Assert.Null(await Advisor.AdviseAsync(unknown));
        }

        await Assert.ThrowsAsync<ArgumentNullException>(async () => await Advisor.AdviseAsync(null!));
    }

    [Fact]
    public async Task Reads_a_serial_number_with_the_leading_zero_of_its_encoding()
    {
        var issued = await _harness.IssueAsync(Harness.Device());
        var high = _harness.Store.Certificates[0] with { SerialNumber = "80ff" };
        _harness.Store.Certificates.Add(high);

        var hint = await Advisor.AdviseAsync(IdOf(issued).Split('.')[0] + "." + Base64Url.EncodeToString([0, 0x80, 0xff]));

        Assert.NotNull(hint);
    }

    [Fact]
    public async Task Does_not_answer_one_issuers_certificate_under_anothers_identifier()
    {
        var issued = await _harness.IssueAsync(Harness.Device());
        _harness.Store.Certificates[0] = _harness.Store.Certificates[0] with { IssuerId = "00" };

        Assert.Null(await Advisor.AdviseAsync(IdOf(issued)));
    }

    [Fact]
    public void Writes_the_shape_of_RFC_9773()
    {
        var hint = new RenewalHint(
            new DateTimeOffset(2026, 1, 2, 5, 0, 0, TimeSpan.FromHours(1)), new DateTimeOffset(2026, 1, 3, 4, 0, 9, TimeSpan.Zero), TimeSpan.Zero);

        Assert.Equal("""{"suggestedWindow":{"start":"2026-01-02T04:00:00Z","end":"2026-01-03T04:00:09Z"}}""", hint.ToJson());
    }

    private static string IdOf(IssuedCertificate issued)
    {
        var authority = ParsedCertificate.Read(issued.Der).Find(Oids.AuthorityKeyIdentifier)!.Value.Value;
        return Base64Url.EncodeToString(KeyIdentifier.ReadAuthority(authority)) + "."
            + Base64Url.EncodeToString(Convert.FromHexString(issued.SerialNumber));
    }
}
