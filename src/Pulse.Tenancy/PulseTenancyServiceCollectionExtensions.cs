using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pulse.Tenancy;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registration of Pulse.Tenancy.</summary>
public static class PulseTenancyServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="ITenantDatabase"/>, <see cref="IOperatorDatabase"/> and the check that refuses to start while a login
    /// could see more than its role.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Sets the options; they are validated when the host starts.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddPulseTenancy(this IServiceCollection services, Action<PulseTenancyOptions> configure)
    {
        services.AddOptionsWithValidateOnStart<PulseTenancyOptions>().Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PulseTenancyOptions>, PulseTenancyOptionsValidator>());
        services.TryAddSingleton(provider => new TenancyMetrics(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<TenancyDataSources>();
        services.TryAddSingleton<ITenantDatabase>(provider => Database(provider, provider.GetRequiredService<TenancyDataSources>().App));
        services.TryAddKeyedSingleton<ITenantDatabase>(
            PulseTenancyOptions.DirectKey, (provider, _) => Database(provider, provider.GetRequiredService<TenancyDataSources>().Direct));
        services.TryAddSingleton<ITenantSealer>(provider => TenantSealer.Create(provider.GetRequiredService<TenancyDataSources>()));
        services.TryAddSingleton<ITenantContext, TenantContext>();
        services.TryAddSingleton<IOperatorDatabase>(provider => new OperatorDatabase(
            provider.GetRequiredService<TenancyDataSources>(),
            new OperatorAccessLog(
                provider.GetRequiredService<IOperatorAccessRecorder>(),
                provider.GetRequiredService<TenancyMetrics>(),
                provider.GetRequiredService<ILogger<OperatorAccessLog>>())));
        services.TryAddSingleton<ILoginInspector, LoginInspector>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, TenancyStartupCheck>());
        return services;
    }

    private static TenantDatabase Database(IServiceProvider provider, TenancyLogin login)
    {
        var loggers = provider.GetRequiredService<ILoggerFactory>();
        var connections = new TenantConnections(
            login,
            provider.GetRequiredService<TenancyDataSources>().Mark,
            provider.GetRequiredService<TenancyMetrics>(),
            loggers.CreateLogger<TenantConnections>());

        // Pauses between attempts are drawn so that colliding transactions part; nobody gains by guessing them.
        var retries = new RetryPolicy(provider.GetRequiredService<TimeProvider>(), Random.Shared.NextDouble);
        return new TenantDatabase(
            connections, new TenantScopes(connections), new ManyTenants(connections, loggers.CreateLogger<ManyTenants>()), retries);
    }
}
