using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pulse.Mqtt;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the operations on a Mosquitto broker.</summary>
public static class PulseMosquittoServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IAclPublisher"/>, <see cref="ISessionControl"/> by take-over, one signal after each start of the broker when there is a
    /// pid file, and the canary with its health check <c>pulse_mosquitto</c>. Also needed: an <see cref="IAclSource"/> (singleton).
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options; they are checked at start.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddPulseMosquitto(this IServiceCollection services, Action<MosquittoOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);

        services.AddOptionsWithValidateOnStart<MosquittoOptions>().Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MosquittoOptions>, MosquittoOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.TryAddSingleton<MqttMetrics>();
        services.TryAddSingleton<BrokerConnection>();
        services.TryAddSingleton<IBrokerProbe>(static provider => provider.GetRequiredService<BrokerConnection>());
        services.TryAddSingleton<IBrokerTakeOver>(static provider => provider.GetRequiredService<BrokerConnection>());
        services.TryAddSingleton<IBrokerSignal, BrokerSignal>();
        services.TryAddSingleton<IAclPublisher, AclPublisher>();
        services.TryAddSingleton<ISessionControl, MosquittoSessionControl>();
        services.TryAddSingleton<BrokerCanary>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, BrokerCanary>(static provider => provider.GetRequiredService<BrokerCanary>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, BrokerStartSignal>());
        services.AddHealthChecks().AddCheck<BrokerCanary>("pulse_mosquitto");
        return services;
    }
}
