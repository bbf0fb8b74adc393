using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Pulse.Audit.Tests.Registration;

public sealed class RegistrationTests
{
    public static TheoryData<string, Action<PulseAuditOptions>> OutOfRange => new()
    {
        { "MaxQueuedEvents", options => options.MaxQueuedEvents = 0 },
        { "MaxQueuedEvents", options => options.MaxQueuedEvents = 1_000_001 },
        { "MaxTextBytes", options => options.MaxTextBytes = 63 },
        { "MaxTextBytes", options => options.MaxTextBytes = 65_537 },
        { "MaxEventBytes", options => options.MaxEventBytes = (32 << 10) - 1 },
        { "MaxEventBytes", options => options.MaxEventBytes = (1 << 20) + 1 },
        { "MaxQueuedBytes", options => options.MaxQueuedBytes = options.MaxEventBytes - 1 },
        { "MaxQueuedBytes", options => options.MaxQueuedBytes = (1L << 30) + 1 },
        { "BatchMaxEvents", options => options.BatchMaxEvents = 0 },
        { "BatchMaxEvents", options => options.BatchMaxEvents = 10_001 },
        { "BatchMaxBytes", options => options.BatchMaxBytes = 0 },
        { "BatchMaxBytes", options => options.BatchMaxBytes = (64 << 20) + 1 },
        { "Linger", options => options.Linger = TimeSpan.FromTicks(-1) },
        { "Linger", options => options.Linger = TimeSpan.FromSeconds(10.1) },
        { "CriticalTimeout", options => options.CriticalTimeout = TimeSpan.FromMilliseconds(99) },
        { "CriticalTimeout", options => options.CriticalTimeout = TimeSpan.FromSeconds(10.1) },
        { "StoreTimeout", options => options.StoreTimeout = TimeSpan.FromSeconds(0.9) },
        { "StoreTimeout", options => options.StoreTimeout = TimeSpan.FromMinutes(5.1) },
        { "DrainTimeout", options => options.DrainTimeout = TimeSpan.FromTicks(-1) },
        { "DrainTimeout", options => options.DrainTimeout = TimeSpan.FromMinutes(10.1) },
        { "DegradedAfter", options => options.DegradedAfter = TimeSpan.FromSeconds(0.9) },
        { "SpillSegmentBytes", options => options.SpillSegmentBytes = (64 << 10) - 1 },
        { "SpillSegmentBytes", options => options.SpillSegmentBytes = (256 << 20) + 1 },
        { "SpillMaxBytes", options => options.SpillMaxBytes = (4L * options.SpillSegmentBytes) - 1 },
        { "SpillMaxBytes", options => options.SpillMaxBytes = (1L << 40) + 1 },
        { "SpillAfter", options => options.SpillAfter = TimeSpan.FromMilliseconds(9) },
        { "SpillAfter", options => options.SpillAfter = TimeSpan.FromMinutes(1.1) },
        { "CoalesceAfter", options => options.CoalesceAfter = 0 },
        { "CoalesceAfter", options => options.CoalesceAfter = 100_001 },
        { "CoalesceAfterInAll", options => options.CoalesceAfterInAll = 0 },
        { "CoalesceAfterInAll", options => options.CoalesceAfterInAll = 100_001 },
        { "CoalesceWindow", options => options.CoalesceWindow = TimeSpan.FromMilliseconds(99) },
        { "CoalesceWindow", options => options.CoalesceWindow = TimeSpan.FromHours(1.1) },
        { "SpillFolder", options => options.SpillFolder = "relative/folder" },
        { "DegradedAfter", options => options.DegradedAfter = TimeSpan.FromHours(1.1) },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void A_setting_out_of_range_is_refused_by_name(string option, Action<PulseAuditOptions> configure)
    {
        using var provider = Services(configure).BuildServiceProvider();

        var refusal = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<PulseAuditOptions>>().Value);

        Assert.Contains(refusal.Failures, failure => failure.StartsWith($"Pulse:Audit:{option} is ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Auth.Refused")]
    [InlineData(null)]
    public void Only_event_types_are_coalesced(string? type)
    {
        using var provider = Services(options => options.CoalesceTypes.Add(type!)).BuildServiceProvider();

        var refusal = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<PulseAuditOptions>>().Value);

        Assert.StartsWith("Pulse:Audit:CoalesceTypes: ", Assert.Single(refusal.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void At_most_64_types_are_coalesced(int count, bool allowed)
    {
        using var provider = Services(options =>
        {
            for (var number = 0; number < count; number++)
            {
                options.CoalesceTypes.Add($"test.{number}");
            }
        }).BuildServiceProvider();

        var refusal = Record.Exception(() => provider.GetRequiredService<IOptions<PulseAuditOptions>>().Value);

        Assert.Equal(allowed, refusal is null);
    }

    [Fact]
    public void Types_to_coalesce_come_from_configuration_too()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Pulse:Audit:CoalesceTypes:0", "auth.token.refused")])
            .Build();
        var services = Services(_ => { });
        services.Configure<PulseAuditOptions>(configuration.GetSection(PulseAuditOptions.SectionName));
        using var provider = services.BuildServiceProvider();

        Assert.Equal(["auth.token.refused"], provider.GetRequiredService<IOptions<PulseAuditOptions>>().Value.CoalesceTypes);
    }

    [Fact]
    public void The_ends_of_the_ranges_are_allowed()
    {
        using var provider = Services(options =>
        {
            options.MaxQueuedEvents = 1;
            options.MaxTextBytes = 64;
            options.MaxEventBytes = 32 << 10;
            options.MaxQueuedBytes = 32 << 10;
            options.BatchMaxEvents = 1;
            options.BatchMaxBytes = 1;
            options.Linger = TimeSpan.Zero;
            options.CriticalTimeout = TimeSpan.FromMilliseconds(100);
            options.StoreTimeout = TimeSpan.FromSeconds(1);
            options.DrainTimeout = TimeSpan.Zero;
            options.DegradedAfter = TimeSpan.FromSeconds(1);
            options.SpillSegmentBytes = 64 << 10;
            options.SpillMaxBytes = 256 << 10;
            options.SpillAfter = TimeSpan.FromMilliseconds(10);
            options.SpillFolder = "/var/lib/pulse/audit";
        }).BuildServiceProvider();

        Assert.NotNull(provider.GetRequiredService<IOptions<PulseAuditOptions>>().Value);
    }

    [Fact]
    public void Without_a_store_the_settings_are_refused_with_what_to_do()
    {
        var services = new ServiceCollection();
        services.AddLogging().AddPulseAudit();
        using var provider = services.BuildServiceProvider();

        var refusal = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<PulseAuditOptions>>().Value);

        Assert.Contains("UsePostgres", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_container_is_complete_and_adding_twice_changes_nothing()
    {
        var services = Services(_ => { });
        services.AddPulseAudit();
        await using var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        Assert.IsType<AuditWriter>(provider.GetRequiredService<IAuditWriter>());
        Assert.Single(provider.GetServices<IHostedService>().OfType<AuditService>());
        Assert.Same(provider.GetRequiredService<AuditService>(), provider.GetServices<IHostedService>().OfType<AuditService>().Single());
        var check = Assert.Single(provider.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations);
        Assert.Equal("pulse_audit", check.Name);
        Assert.IsType<AuditHealthCheck>(check.Factory(provider));
    }

    [Fact]
    public void Null_is_misuse()
    {
        Assert.Throws<ArgumentNullException>(() => ((IServiceCollection)null!).AddPulseAudit());
        Assert.Throws<ArgumentNullException>(() => ((IPulseAuditBuilder)null!).UsePostgres(_ => null!));
        Assert.Throws<ArgumentNullException>(() => new ServiceCollection().AddPulseAudit().UsePostgres(null!));
    }

    [Fact]
    public void The_schema_grants_nothing_but_what_it_names()
    {
        Assert.DoesNotContain("GRANT ALL", AuditSchema.Sql, StringComparison.OrdinalIgnoreCase);

        // What runs with the owner's rights looks names up where nobody else can put any, and is for one role.
        var definers = AuditSchema.Sql.Split('\n').Where(line => line.Contains("SECURITY DEFINER", StringComparison.OrdinalIgnoreCase)).ToList();
        Assert.All(definers, line => Assert.Equal("LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $body$", line));
        Assert.Equal(2, definers.Count);
        Assert.All(
            AuditSchema.Sql.Split('\n').Where(line => line.Contains("GRANT EXECUTE", StringComparison.OrdinalIgnoreCase)),
            line => Assert.EndsWith(" TO pulse_worker;", line, StringComparison.Ordinal));
        Assert.DoesNotContain("TO PUBLIC", AuditSchema.Sql, StringComparison.OrdinalIgnoreCase);
    }

    private static ServiceCollection Services(Action<PulseAuditOptions> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddPulseAudit(configure).UsePostgres(_ => NpgsqlDataSource.Create("Host=unused"));
        return services;
    }
}
