using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pulse.Mqtt.Tests.Sessions;

namespace Pulse.Mqtt.Tests;

/// <summary>What the two registrations bring, what they need, and that they give way to the application's own.</summary>
public sealed class RegistrationTests
{
    private static readonly Type[] Seams = [typeof(IDeviceTrust), typeof(IDeviceRegistry), typeof(IIngestSink), typeof(IQuarantineSink), typeof(IServiceAccounts)];

    [Fact]
    public void The_endpoint_needs_its_five_seams_and_nothing_else()
    {
        using var provider = Endpoint(Seams).BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });

        Assert.Equal(
            [typeof(AclStore), typeof(IngestLoop), typeof(Broker)],
            provider.GetServices<IHostedService>().Select(static service => service.GetType()));
        Assert.Same(provider.GetRequiredService<AclStore>(), provider.GetRequiredService<IAclReloader>());
        Assert.Same(provider.GetRequiredService<ConnectionTable>(), provider.GetRequiredService<ISessionControl>());
        Assert.NotNull(provider.GetRequiredService<MqttListeners>());
        Assert.NotNull(provider.GetRequiredService<MqttWebSockets>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Without_any_one_of_them_the_start_is_refused(int missing)
    {
        var services = Endpoint([.. Seams.Where((_, index) => index != missing)]);

        var refused = Assert.Throws<AggregateException>(() => services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true }));
        Assert.Contains(Seams[missing].Name, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_are_checked_at_start()
    {
        using var provider = new ServiceCollection().AddPulseMqtt(static _ => { }).BuildServiceProvider();

        Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
    }

    [Fact]
    public void Registering_twice_registers_once() =>
        Assert.Equal(3, Endpoint(Seams).AddPulseMqtt(static _ => { }).Count(static service => service.ServiceType == typeof(IHostedService)));

    [Fact]
    public void The_broker_operations_need_the_source_and_nothing_else()
    {
        using var provider = Operations().AddSingleton<IAclSource, EmptySource>().BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });

        Assert.IsType<AclPublisher>(provider.GetRequiredService<IAclPublisher>());
        Assert.IsType<MosquittoSessionControl>(provider.GetRequiredService<ISessionControl>());
        Assert.IsType<BrokerSignal>(provider.GetRequiredService<IBrokerSignal>());
        Assert.Same(provider.GetRequiredService<IBrokerProbe>(), provider.GetRequiredService<IBrokerTakeOver>());
        Assert.Equal(
            [typeof(BrokerCanary), typeof(BrokerStartSignal)],
            provider.GetServices<IHostedService>().Select(static service => service.GetType()).Where(static type => type.Namespace == "Pulse.Mqtt"));
        var check = Assert.Single(provider.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations);
        Assert.Equal("pulse_mosquitto", check.Name);
        Assert.Same(provider.GetRequiredService<BrokerCanary>(), check.Factory(provider));
        Assert.Same(provider.GetRequiredService<BrokerCanary>(), provider.GetServices<IHostedService>().OfType<BrokerCanary>().Single());
    }

    [Fact]
    public void The_operations_options_are_checked_at_start()
    {
        using var provider = new ServiceCollection().AddLogging().AddPulseMosquitto(static _ => { }).BuildServiceProvider();

        Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
    }

    [Fact]
    public void What_the_application_registered_before_stays()
    {
        using var provider = new ServiceCollection().AddLogging().AddSingleton<IBrokerSignal, OwnSignal>()
            .AddPulseMosquitto(static options => (options.AclFile, options.UserName, options.Password) = ("a", "u", "p")).BuildServiceProvider();

        Assert.IsType<OwnSignal>(provider.GetRequiredService<IBrokerSignal>());
    }

    [Fact]
    public void Nothing_is_registered_without_its_arguments()
    {
        Assert.Throws<ArgumentNullException>(static () => PulseMqttServiceCollectionExtensions.AddPulseMqtt(null!, static _ => { }));
        Assert.Throws<ArgumentNullException>(static () => new ServiceCollection().AddPulseMqtt(null!));
        Assert.Throws<ArgumentNullException>(static () => PulseMosquittoServiceCollectionExtensions.AddPulseMosquitto(null!, static _ => { }));
        Assert.Throws<ArgumentNullException>(static () => new ServiceCollection().AddPulseMosquitto(null!));
    }

    private static IServiceCollection Endpoint(Type[] seams)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<IHostApplicationLifetime, NoLifetime>();
        foreach (var seam in seams)
        {
            services.AddSingleton(seam, typeof(EndpointSeams));
        }

        return services.AddPulseMqtt(static options => (options.AclFile, options.ServerCertificate) = ("acl.conf", EndpointWorld.ServerCertificate));
    }

    private static IServiceCollection Operations() => new ServiceCollection().AddLogging()
        .AddPulseMosquitto(static options => (options.AclFile, options.UserName, options.Password) = ("acl.conf", "svc", "secret"));

    private sealed class EmptySource : IAclSource
    {
        public ValueTask<AclSourceContent> ReadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(new AclSourceContent([], []));
    }

    private sealed class OwnSignal : IBrokerSignal
    {
        public ValueTask<bool> SendAsync(CancellationToken cancellationToken) => ValueTask.FromResult(true);
    }

    private sealed class NoLifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication()
        {
            // Nothing runs here.
        }
    }
}
