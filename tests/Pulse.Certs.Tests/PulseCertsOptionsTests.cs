using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Pulse.Certs.Tests;

public class PulseCertsOptionsTests
{
    [Fact]
    public void Starts_with_the_documented_defaults()
    {
        var options = new PulseCertsOptions();

        Assert.Equal(TimeSpan.FromDays(90), options.DeviceLifetime);
        Assert.Equal(TimeSpan.FromDays(90), options.ServerLifetime);
        Assert.Equal(TimeSpan.FromMinutes(5), options.Backdate);
        Assert.Null(options.CrlUrl);
        Assert.Equal(16_384, options.MaxCsrBytes);
        Assert.Equal(2, options.MaxActivePerDevice);
        Assert.Equal(TimeSpan.FromDays(7), options.RotationOverlap);
        Assert.Equal(TimeSpan.FromMinutes(1), options.RotationCheck);
        Assert.Equal([30, 14, 7, 3, 1], options.ExpiryThresholds.Select(threshold => threshold.TotalDays));
        Assert.Equal([33, 15, 8, 3, 1], options.ShortExpiryPercentages);
        Assert.Equal(TimeSpan.FromHours(1), options.ExpiryCheck);
        Assert.Equal(TimeSpan.FromSeconds(30), options.RevocationRefresh);
        Assert.Equal(TimeSpan.FromMinutes(5), options.RevocationMaxStaleness);
        Assert.Equal("Pulse:Certs", PulseCertsOptions.SectionName);
    }

    public static TheoryData<string, Action<PulseCertsOptions>, bool> Ranges => new()
    {
        { "DeviceLifetime", options => options.DeviceLifetime = TimeSpan.FromHours(1), true },
        { "DeviceLifetime", options => options.DeviceLifetime = TimeSpan.FromMinutes(59), false },
        { "DeviceLifetime", options => options.DeviceLifetime = TimeSpan.FromDays(3653), true },
        { "DeviceLifetime", options => options.DeviceLifetime = TimeSpan.FromDays(3654), false },
        { "ServerLifetime", options => options.ServerLifetime = TimeSpan.FromMinutes(59), false },
        { "ServerLifetime", options => options.ServerLifetime = TimeSpan.FromDays(3654), false },
        { "Backdate", options => options.Backdate = TimeSpan.Zero, true },
        { "Backdate", options => options.Backdate = TimeSpan.FromTicks(-1), false },
        { "Backdate", options => options.Backdate = TimeSpan.FromMinutes(61), false },
        { "MaxCsrBytes", options => options.MaxCsrBytes = 255, false },
        { "MaxCsrBytes", options => options.MaxCsrBytes = 256, true },
        { "MaxCsrBytes", options => options.MaxCsrBytes = 65_536, true },
        { "MaxCsrBytes", options => options.MaxCsrBytes = 65_537, false },
        { "MaxActivePerDevice", options => options.MaxActivePerDevice = 0, false },
        { "MaxActivePerDevice", options => (options.MaxActivePerDevice, options.RotationOverlap) = (1, TimeSpan.Zero), true },
        { "MaxActivePerDevice", options => options.MaxActivePerDevice = 17, false },
        { "RotationOverlap", options => options.MaxActivePerDevice = 1, false },
        { "RotationOverlap", options => options.RotationOverlap = TimeSpan.FromTicks(-1), false },
        { "RotationOverlap", options => options.RotationOverlap = TimeSpan.FromDays(90), true },
        { "RotationOverlap", options => options.RotationOverlap = TimeSpan.FromDays(91), false },
        { "RotationCheck", options => options.RotationCheck = TimeSpan.FromSeconds(1), true },
        { "RotationCheck", options => options.RotationCheck = TimeSpan.FromMilliseconds(999), false },
        { "RotationCheck", options => options.RotationCheck = TimeSpan.FromMinutes(61), false },
        { "ExpiryCheck", options => options.ExpiryCheck = TimeSpan.FromMinutes(1), true },
        { "ExpiryCheck", options => options.ExpiryCheck = TimeSpan.FromSeconds(59), false },
        { "ExpiryCheck", options => options.ExpiryCheck = TimeSpan.FromHours(25), false },
        { "ExpiryThresholds", options => options.ExpiryThresholds = [], false },
        { "ExpiryThresholds", options => options.ExpiryThresholds = [TimeSpan.FromDays(2), TimeSpan.FromDays(2)], false },
        { "ExpiryThresholds", options => options.ExpiryThresholds = [TimeSpan.FromDays(2), TimeSpan.FromSeconds(59)], false },
        { "ExpiryThresholds", options => options.ExpiryThresholds = [TimeSpan.FromDays(366)], false },
        { "ExpiryThresholds", options => options.ExpiryThresholds = [TimeSpan.FromMinutes(1), TimeSpan.FromDays(365)], true },
        { "ShortExpiryPercentages", options => options.ShortExpiryPercentages = [.. Enumerable.Range(1, 11)], false },
        { "ShortExpiryPercentages", options => options.ShortExpiryPercentages = [.. Enumerable.Range(41, 10)], true },
        { "ShortExpiryPercentages", options => options.ShortExpiryPercentages = [0], false },
        { "ShortExpiryPercentages", options => options.ShortExpiryPercentages = [51], false },
        { "CrlUrl", options => options.CrlUrl = new Uri("http://crl.example.org/device.crl"), true },
        { "CrlUrl", options => options.CrlUrl = new Uri("http://crl.example.org/" + new string('a', 489)), true },
        { "CrlUrl", options => options.CrlUrl = new Uri("http://crl.example.org/" + new string('a', 490)), false },
        { "CrlUrl", options => options.CrlUrl = new Uri("https://crl.example.org/device.crl"), false },
        { "CrlUrl", options => options.CrlUrl = new Uri("/device.crl", UriKind.Relative), false },
        { "CrlUrl", options => options.CrlUrl = new Uri("http://user@crl.example.org/device.crl"), false },
        { "RevocationMaxStaleness", options => options.RevocationMaxStaleness = TimeSpan.FromMinutes(61), false },
        { "RevocationRefresh", options => options.RevocationRefresh = TimeSpan.FromMilliseconds(999), false },
        { "RevocationRefresh", options => options.RevocationRefresh = TimeSpan.FromMinutes(5), true },
        { "RevocationRefresh", options => options.RevocationRefresh = TimeSpan.FromMinutes(6), false },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Holds_every_setting_to_its_range_and_names_it(string name, Action<PulseCertsOptions> configure, bool valid)
    {
        if (valid)
        {
            Assert.NotNull(new Harness(configure).Authority);
            return;
        }

        var refused = Assert.Throws<OptionsValidationException>(() => new Harness(configure));
        Assert.Contains("Pulse:Certs:" + name, Assert.Single(refused.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Says_what_is_missing_before_the_host_starts()
    {
        var services = new ServiceCollection();
        services.AddPulseCerts(_ => { });
        using var provider = services.BuildServiceProvider();

        var refused = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains(refused.Failures, failure => failure.Contains(".UseSigner(", StringComparison.Ordinal));
        Assert.Contains(refused.Failures, failure => failure.Contains(".UseStore(", StringComparison.Ordinal));
    }

    [Fact]
    public void Says_of_each_fault_what_it_is_and_what_to_set()
    {
        Says("Pulse:Certs:RotationOverlap needs two live certificates a device: set it to 0 or MaxActivePerDevice to 2.", options => options.MaxActivePerDevice = 1);
        Says("Pulse:Certs:ShortExpiryPercentages is 1, 51; set each between 1 and 50.", options => options.ShortExpiryPercentages = [1, 51]);
        Says("Pulse:Certs:ShortExpiryPercentages is 0, 50; set each between 1 and 50.", options => options.ShortExpiryPercentages = [0, 50]);
        Says("Pulse:Certs:MaxCsrBytes is 255; set it between 256 and 65536.", options => options.MaxCsrBytes = 255);

        static void Says(string text, Action<PulseCertsOptions> configure) =>
            Assert.Equal(text, Assert.Single(Assert.Throws<OptionsValidationException>(() => new Harness(configure)).Failures));
    }

    [Fact]
    public void A_data_source_serves_the_store_and_the_log()
    {
        var services = new ServiceCollection();
        services.AddPulseCerts(_ => { }).UseStore(_ => new NoDataSource());
        using var provider = services.BuildServiceProvider();

        Assert.IsType<DbCertificateStore>(provider.GetRequiredService<ICertificateStore>());
        Assert.IsType<DbIssuanceLog>(provider.GetRequiredService<IIssuanceLog>());
        Assert.Equal(TimeProvider.System, provider.GetRequiredService<TimeProvider>());
    }

    private sealed class NoDataSource : System.Data.Common.DbDataSource
    {
        public override string ConnectionString => string.Empty;

        protected override System.Data.Common.DbConnection CreateDbConnection() => throw new InvalidOperationException("No test connects.");
    }
}
