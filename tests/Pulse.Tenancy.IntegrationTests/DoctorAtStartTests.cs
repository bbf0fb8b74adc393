using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>The doctor's visit before a host starts.</summary>
[Collection(PostgresTests.Name)]
public sealed class DoctorAtStartTests(DoctorDatabase doctor) : IClassFixture<DoctorDatabase>, IAsyncLifetime
{
    private const string Plant = "GRANT TRUNCATE ON public.sites TO pulse_app";
    private readonly FakeLogCollector _log = new();

    public Task InitializeAsync() => doctor.Database.AsSuperuserAsync(Plant);

    public Task DisposeAsync() => doctor.Database.AsSuperuserAsync("REVOKE TRUNCATE ON public.sites FROM pulse_app");

    [Fact]
    public async Task Refuses_to_start_on_an_error_and_shows_the_report()
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(DoctorAtStart.Enforce));

        Assert.Contains("T18  table public.sites", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("REVOKE TRUNCATE ON TABLE", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Warns_and_starts_when_told_to()
    {
        await StartAsync(DoctorAtStart.Warn);

        var found = Assert.Single(_log.GetSnapshot(), record => record.Id.Id == 2101 && record.Level == LogLevel.Error);
        Assert.Contains("T18", found.Message, StringComparison.Ordinal);
        Assert.Single(_log.GetSnapshot(), record => record.Id.Id == 2102);
    }

    [Fact]
    public async Task Does_not_look_when_switched_off_and_says_so()
    {
        await StartAsync(DoctorAtStart.Off);

        Assert.Equal(2103, Assert.Single(_log.GetSnapshot(), record => record.Id.Id > 2100).Id.Id);
    }

    [Fact]
    public async Task Starts_when_the_baseline_accepts_what_is_found() => await StartAsync(
        DoctorAtStart.Enforce,
        baseline: """{"version": 1, "accepted": [{"rule": "T18", "object": "table public.sites", "reason": "planted"}]}""");

    [Fact]
    public async Task An_old_server_is_refused_in_production_and_warned_of_in_development()
    {
        await doctor.Database.AsSuperuserAsync("REVOKE TRUNCATE ON public.sites FROM pulse_app");
        var old = await doctor.Database.ScalarAsSuperuserAsync<bool>("SELECT current_setting('server_version_num')::int BETWEEN 150000 AND 150019");

        var refusal = await Record.ExceptionAsync(() => StartAsync(DoctorAtStart.Enforce, acceptOld: false));
        Assert.Equal(old, refusal is InvalidOperationException);

        await StartAsync(DoctorAtStart.Enforce, acceptOld: false, environment: "Development");
        Assert.Equal(old, _log.GetSnapshot().Any(record => record.Id.Id == 2101 && record.Level == LogLevel.Warning));
    }

    private async Task StartAsync(DoctorAtStart mode, bool acceptOld = true, string? baseline = null, string environment = "Production")
    {
        using var host = await doctor.Database.StartHostAsync(
            services: services =>
            {
                services.AddSingleton<ILoggerProvider>(new FakeLoggerProvider(_log));
                services.AddPulseTenancyDoctor(options =>
                {
                    options.AtStart = mode;
                    options.AcceptServerBelowSecurityFloor = acceptOld;
                    options.Baseline = baseline is null ? DoctorBaseline.Empty : DoctorBaseline.Parse(baseline);
                });
            },
            environment: environment);
        await host.StopAsync();
    }
}
