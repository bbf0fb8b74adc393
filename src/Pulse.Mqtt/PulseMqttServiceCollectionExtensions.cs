using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Pulse.Mqtt;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the device endpoint.</summary>
public static class PulseMqttServiceCollectionExtensions
{
    /// <summary>
    /// Adds the device endpoint and its ingest pipeline. Also needed: <see cref="IDeviceTrust"/>, <see cref="IDeviceRegistry"/>,
    /// <see cref="IIngestSink"/>, <see cref="IQuarantineSink"/> and <see cref="IServiceAccounts"/> (singletons; the start is refused without them),
    /// <c>ListenPulseMqtt</c> on Kestrel and <c>UsePulseMqttWebSockets</c> as the first middleware.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options; they are checked at start.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddPulseMqtt(this IServiceCollection services, Action<PulseMqttOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);

        services.AddOptionsWithValidateOnStart<PulseMqttOptions>().Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PulseMqttOptions>, PulseMqttOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        return services;
    }
}
