using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Pulse.Audit;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the audit sink.</summary>
public static class PulseAuditServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IAuditWriter"/>, its background writer and the health check <c>pulse_audit</c>. A store must follow:
    /// <see cref="UsePostgres"/>; without one the host refuses to start.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="configure">Changes the settings; null keeps the defaults.</param>
    public static IPulseAuditBuilder AddPulseAudit(this IServiceCollection services, Action<PulseAuditOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptionsWithValidateOnStart<PulseAuditOptions, PulseAuditOptionsValidator>();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AuditLedger>();
        services.TryAddSingleton<DropTally>();
        services.TryAddSingleton<AuditMetrics>();
        services.TryAddSingleton(provider => new EventCanonicalizer(Options(provider), Time(provider)));
        services.TryAddSingleton(provider => new AuditQueue(
            Options(provider), provider.GetRequiredService<DropTally>(), provider.GetRequiredService<AuditLedger>(), Time(provider)));
        services.TryAddSingleton(provider => new FloodControl(Options(provider), provider.GetRequiredService<AuditLedger>(), Time(provider)));
        services.TryAddSingleton(provider => new BatchCollector(
            provider.GetRequiredService<AuditQueue>(),
            provider.GetRequiredService<DropTally>(),
            provider.GetRequiredService<FloodControl>(),
            new ClockWatch(Time(provider), provider.GetRequiredService<AuditMetrics>(), provider.GetRequiredService<ILogger<AuditLoop>>()),
            provider.GetRequiredService<AuditLedger>(),
            provider.GetRequiredService<EventCanonicalizer>(),
            Options(provider),
            Time(provider)));
        services.TryAddSingleton(provider => new AuditPath(
            provider.GetRequiredService<AuditQueue>(),
            provider.GetRequiredService<BatchCollector>(),
            provider.GetRequiredService<IAuditStore>(),
            provider.GetRequiredService<EventCanonicalizer>(),
            provider.GetRequiredService<AuditLedger>(),
            provider.GetRequiredService<DropTally>(),
            provider.GetRequiredService<AuditMetrics>(),
            Options(provider),
            new BackOff(Random.Shared.NextDouble),
            OpenDisk,
            Time(provider),
            provider.GetRequiredService<ILogger<AuditLoop>>()));
        services.TryAddSingleton<IAuditWriter, AuditWriter>();
        services.TryAddSingleton<IAuditReader, AuditReader>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, RequestOriginFilter>());
        services.TryAddSingleton<AuditService>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, AuditService>(
            provider => provider.GetRequiredService<AuditService>()));

        services.TryAddSingleton<AuditHealthCheck>();
        services.AddHealthChecks();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<HealthCheckServiceOptions>, AuditHealthCheckRegistration>());
        return new PulseAuditBuilder(services);
    }

    /// <summary>Stores events in PostgreSQL, in the schema that <see cref="AuditSchema.Sql"/> creates.</summary>
    /// <param name="builder">What <see cref="AddPulseAudit"/> returned.</param>
    /// <param name="dataSource">
    /// Gives the data source of the audit login, whose sessions have the role <c>pulse_audit_writer</c>. Asked once; the data
    /// source stays the caller's to dispose of. Use no pool that requests draw from: an audit write must not wait for one.
    /// </param>
    public static IPulseAuditBuilder UsePostgres(this IPulseAuditBuilder builder, Func<IServiceProvider, NpgsqlDataSource> dataSource)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(dataSource);
        builder.Services.TryAddSingleton<IAuditStore>(provider => new PostgresAuditStore(dataSource(provider)));
        return builder;
    }

    /// <summary>
    /// Seals committed events: a Merkle tree over them, and a signed checkpoint of it, every few seconds. Also keeps the partitions of
    /// the months ahead ready. Safe on every replica; the database picks who does it.
    /// </summary>
    /// <param name="builder">What <see cref="AddPulseAudit"/> returned.</param>
    /// <param name="worker">Gives a data source whose sessions have the role <c>pulse_worker</c>; it stays the caller's to dispose of. May be asked twice.</param>
    /// <param name="signer">Gives what signs: <see cref="EcdsaAuditSigner"/>, or a key that never leaves its module. May be asked twice.</param>
    /// <param name="configure">Sets at least <see cref="AuditSealingOptions.Origin"/>.</param>
    public static IPulseAuditBuilder UseSealing(
        this IPulseAuditBuilder builder,
        Func<IServiceProvider, NpgsqlDataSource> worker,
        Func<IServiceProvider, IAuditSigner> signer,
        Action<AuditSealingOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(worker);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddOptionsWithValidateOnStart<AuditSealingOptions, AuditSealingOptionsValidator>().Configure(configure);
        builder.Services.TryAddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<AuditSealingOptions>>().Value;
            var source = worker(provider);
            return new AuditKeeper(
                source,
                new AuditSealer(source, signer(provider), options),
                provider.GetService<IAuditCheckpointPublisher>(),
                options,
                provider.GetRequiredService<AuditMetrics>(),
                Time(provider),
                provider.GetRequiredService<ILogger<AuditKeeper>>());
        });
        builder.Services.TryAddSingleton<IAuditRetention>(provider => new AuditRetention(
            worker(provider), signer(provider), provider.GetRequiredService<IOptions<AuditSealingOptions>>().Value, provider.GetRequiredService<IAuditWriter>(), Time(provider)));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, AuditKeeper>(
            provider => provider.GetRequiredService<AuditKeeper>()));
        return builder;
    }

    private static FolderDisk OpenDisk(PulseAuditOptions options) => OperatingSystem.IsWindows()
        ? throw new PlatformNotSupportedException("Spilling needs Linux or macOS.")
        : new FolderDisk(options.SpillFolder!);

    private static PulseAuditOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<PulseAuditOptions>>().Value;

    private static TimeProvider Time(IServiceProvider provider) => provider.GetRequiredService<TimeProvider>();
}
