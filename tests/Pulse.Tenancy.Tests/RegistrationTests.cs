using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Pulse.Tenancy.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public void Registers_each_service_once()
    {
        var services = new ServiceCollection();
        services.AddPulseTenancy(Configure).AddPulseTenancy(Configure);

        Assert.Single(services, service => service.ServiceType == typeof(ITenantDatabase));
        Assert.Single(services, service => service.ServiceType == typeof(IHostedService));
        Assert.Throws<ArgumentNullException>(() => services.AddPulseTenancy(null!));
    }

    [Fact]
    public async Task Validates_its_options_when_the_host_starts()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddPulseTenancy(_ => { });
        using var host = builder.Build();

        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains("AppConnectionString is not set", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Makes_a_pool_per_login_that_never_joins_an_ambient_transaction()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddPulseTenancy(options =>
        {
            Configure(options);
            options.OperatorWriteConnectionString = "Host=db;Username=opw";
        });
        await using var provider = services.BuildServiceProvider();

        var sources = provider.GetRequiredService<TenancyDataSources>();

        Assert.Equal(["AppConnectionString", "OperatorWriteConnectionString"], sources.All.Select(login => login.Option));
        Assert.Equal(["pulse_app", "pulse_operator_write"], sources.All.Select(login => login.Role));
        Assert.All(sources.All, login => Assert.Contains("Enlist=False", login.DataSource.ConnectionString, StringComparison.OrdinalIgnoreCase));
        Assert.Null(sources.Operator);
        Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<IOperatorDatabase>());
    }

    [Fact]
    public void Counts_without_naming_tenants()
    {
        var services = new ServiceCollection();
        services.AddMetrics();
        using var provider = services.BuildServiceProvider();
        var factory = provider.GetRequiredService<IMeterFactory>();
        using var metrics = new TenancyMetrics(factory);
        using var batches = new MetricCollector<long>(factory, "Pulse.Tenancy", "pulse.tenancy.batches");
        using var discarded = new MetricCollector<long>(factory, "Pulse.Tenancy", "pulse.tenancy.enter.refusals");
        using var accesses = new MetricCollector<long>(factory, "Pulse.Tenancy", "pulse.tenancy.operator.accesses");

        metrics.BatchSucceeded(TenancyMetrics.OneShot);
        metrics.BatchRefused(TenancyMetrics.Many);
        metrics.ConnectionDiscarded();
        foreach (var outcome in Enum.GetValues<OperatorAccessOutcome>())
        {
            metrics.OperatorAccess(outcome);
        }

        Assert.Equal(
            [("one_shot", "succeeded"), ("many", "refused")],
            batches.GetMeasurementSnapshot().Select(measured => ((string)measured.Tags["kind"]!, (string)measured.Tags["outcome"]!)));
        Assert.Equal(1, Assert.Single(discarded.GetMeasurementSnapshot()).Value);
        Assert.Equal(
            ["granted", "completed", "failed", "refused"],
            accesses.GetMeasurementSnapshot().Select(measured => (string)measured.Tags["outcome"]!));
    }

    private static void Configure(PulseTenancyOptions options) => options.AppConnectionString = "Host=db;Username=app;Password=x";
}
