using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Pulse.Certs.Tests;

public class CertsMetricsTests
{
    [Fact]
    public void Every_instrument_has_its_name_its_unit_and_a_description()
    {
        var harness = new Harness();
        _ = harness.Authority;
        var factory = harness.Services.GetRequiredService<IMeterFactory>();
        List<Instrument> instruments = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory))
            {
                instruments.Add(instrument);
            }
        };
        listener.Start();

        Assert.Equal(
            [
                ("pulse.certs.event.failures", "{event}"),
                ("pulse.certs.expiring", "{notice}"),
                ("pulse.certs.issued", "{certificate}"),
                ("pulse.certs.refused", "{request}"),
                ("pulse.certs.released", "{certificate}"),
                ("pulse.certs.revocation.age", "s"),
                ("pulse.certs.revocation.failures", "{refresh}"),
                ("pulse.certs.revoked", "{certificate}"),
                ("pulse.certs.worker.failures", "{turn}"),
            ],
            instruments.Select(instrument => (instrument.Name, instrument.Unit)).Order());
        Assert.All(instruments, instrument => Assert.EndsWith(".", instrument.Description, StringComparison.Ordinal));
    }

    [Fact]
    public void The_age_of_the_revocation_list_grows_with_the_clock()
    {
        var harness = new Harness();
        _ = harness.Authority;
        using var ages = Metrics.Collect<double>(harness, "pulse.certs.revocation.age");
        harness.Time.Advance(TimeSpan.FromSeconds(7));

        ages.RecordObservableInstruments();

        Assert.Equal(7, Assert.Single(ages.GetMeasurementSnapshot()).Value);
    }
}
