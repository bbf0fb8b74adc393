using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
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
        services.AddMetrics();
        services.TryAddSingleton<MqttMetrics>();
        AddAcl(services);
        AddIngest(services);
        AddSessions(services);
        return services;
    }

    private static void AddAcl(IServiceCollection services)
    {
        services.TryAddSingleton<AclStore>();
        services.TryAddSingleton<IAclReloader>(static provider => provider.GetRequiredService<AclStore>());
        AddHosted<AclStore>(services);
    }

    private static void AddIngest(IServiceCollection services)
    {
        services.TryAddSingleton<RegistryCache>();
        services.TryAddSingleton<AdmissionRules>();
        services.TryAddSingleton<IngestQueue>();
        services.TryAddSingleton<IngestServices>();
        services.TryAddSingleton<IngestLoop>();
        AddHosted<IngestLoop>(services);
    }

    private static void AddSessions(IServiceCollection services)
    {
        services.TryAddSingleton<ConnectHandshake>();
        services.TryAddSingleton<ConnectionTable>();
        services.TryAddSingleton<ISessionControl>(static provider => provider.GetRequiredService<ConnectionTable>());
        services.TryAddSingleton<BrokerAdapter>();
        services.TryAddSingleton<BrokerLogger>();
        services.TryAddSingleton<Broker>();
        AddHosted<Broker>(services);
        services.TryAddSingleton<EndpointServices>();
        services.TryAddSingleton<DeviceTls>();
        services.TryAddSingleton<MqttDoor>();
        services.TryAddSingleton<MqttListeners>();
        services.TryAddSingleton<MqttWebSockets>();
    }

    /// <summary>Hosted services start in this order and stop in the opposite one, Kestrel first: connections end before the loop that acknowledges.</summary>
    private static void AddHosted<T>(IServiceCollection services)
        where T : class, IHostedService =>
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, T>(static provider => provider.GetRequiredService<T>()));
}
