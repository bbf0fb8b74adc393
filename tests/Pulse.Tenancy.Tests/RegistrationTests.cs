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

        Assert.Single(services, service => service.ServiceType == typeof(ITenantDatabase) && !service.IsKeyedService);
        Assert.Single(services, service => service.ServiceType == typeof(ITenantDatabase) && service.IsKeyedService);
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
    public async Task Examines_every_option_when_the_host_starts_and_not_only_that_there_is_one()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddPulseTenancy(options => options.AppConnectionString = "Host=db;Username=app;Multiplexing=true");
        using var host = builder.Build();

        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains("Multiplexing=true", refusal.Message, StringComparison.Ordinal);
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
    public async Task Sets_all_a_transaction_pooler_needs_and_keeps_the_direct_way_as_it_is()
    {
        await using var provider = Build(options =>
        {
            options.Pooler = TenantPooler.PgBouncerTransaction;
            options.DirectConnectionString = "Host=direct;Username=app";
            options.OperatorConnectionString = "Host=db;Username=op";
            options.Seal = new TenantSealOptions { KeyId = "k", Secret = Convert.ToBase64String(new byte[32]) };
        });

        var sources = provider.GetRequiredService<TenancyDataSources>();

        Assert.True(Reads(sources.App).NoResetOnClose);
        Assert.True(Reads(sources.Operator!).NoResetOnClose);
        Assert.False(Reads(sources.Direct).NoResetOnClose);
        Assert.Equal(["direct", "DirectConnectionString", "pulse_app"], [Reads(sources.Direct).Host!, sources.Direct.Option, sources.Direct.Role]);
        Assert.IsType<TenantSeal>(sources.Mark);
        Assert.NotSame(
            provider.GetRequiredService<ITenantDatabase>(), provider.GetRequiredKeyedService<ITenantDatabase>(PulseTenancyOptions.DirectKey));
    }

    [Fact]
    public async Task Without_a_pooler_the_session_is_cleaned_and_the_direct_way_is_the_only_one()
    {
        await using var provider = Build(_ => { });

        var sources = provider.GetRequiredService<TenancyDataSources>();

        Assert.False(Reads(sources.App).NoResetOnClose);
        Assert.Same(sources.App, sources.Direct);
        Assert.IsType<PlainMark>(sources.Mark);
        Assert.NotNull(provider.GetRequiredService<ITenantContext>());
    }

    private static ServiceProvider Build(Action<PulseTenancyOptions> change)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddPulseTenancy(options =>
        {
            Configure(options);
            change(options);
        });
        return services.BuildServiceProvider();
    }

    private static Npgsql.NpgsqlConnectionStringBuilder Reads(TenancyLogin login) => new(login.DataSource.ConnectionString);

    [Fact]
    public void Counts_without_naming_tenants()
    {
        var services = new ServiceCollection();
        services.AddMetrics();
        using var provider = services.BuildServiceProvider();
        var factory = provider.GetRequiredService<IMeterFactory>();
        using var metrics = new TenancyMetrics(factory);
        using var batches = new MetricCollector<long>(factory, "Pulse.Tenancy", "pulse.tenancy.batches");
        using var poisoned = new MetricCollector<long>(factory, "Pulse.Tenancy", "pulse.tenancy.connections.poisoned");
        using var retries = new MetricCollector<long>(factory, "Pulse.Tenancy", "pulse.tenancy.retries");
        using var accesses = new MetricCollector<long>(factory, "Pulse.Tenancy", "pulse.tenancy.operator.accesses");

        metrics.BatchSucceeded(TenancyMetrics.OneShot);
        metrics.BatchRefused(TenancyMetrics.Many);
        metrics.ConnectionPoisoned();
        metrics.Retried("40001");
        foreach (var outcome in Enum.GetValues<OperatorAccessOutcome>())
        {
            metrics.OperatorAccess(outcome);
        }

        Assert.Equal(
            [("one_shot", "succeeded"), ("many", "refused")],
            batches.GetMeasurementSnapshot().Select(measured => ((string)measured.Tags["kind"]!, (string)measured.Tags["outcome"]!)));
        Assert.Equal("40001", Assert.Single(retries.GetMeasurementSnapshot()).Tags["error"]);
        var instruments = ((MetricCollector<long>[])[batches, poisoned, retries, accesses]).Select(collector => collector.Instrument!).ToList();
        Assert.Equal(["{batch}", "{connection}", "{retry}", "{step}"], instruments.Select(instrument => instrument.Unit));
        Assert.All(instruments, instrument => Assert.EndsWith(".", instrument.Description, StringComparison.Ordinal));
        Assert.Equal(1, Assert.Single(poisoned.GetMeasurementSnapshot()).Value);
        Assert.Equal(
            ["granted", "completed", "failed", "refused"],
            accesses.GetMeasurementSnapshot().Select(measured => (string)measured.Tags["outcome"]!));
    }

    private static void Configure(PulseTenancyOptions options) => options.AppConnectionString = "Host=db;Username=app;Password=x";
}
