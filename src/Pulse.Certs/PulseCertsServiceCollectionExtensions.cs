using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pulse.Certs;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the device certificate authority.</summary>
public static class PulseCertsServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IDeviceCertificateAuthority"/>, <see cref="DeviceCertificateValidator"/>, <see cref="IRevocationView"/>,
    /// <see cref="ICertificateSightings"/>, <see cref="IEstOperations"/>, <see cref="IRenewalAdvisor"/> and the services that keep the view fresh, end overlaps and announce ending
    /// certificates.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes the settings; they are validated when the host starts.</param>
    /// <returns>A builder that names the signer and the store; both are needed.</returns>
    public static IPulseCertsBuilder AddPulseCerts(this IServiceCollection services, Action<PulseCertsOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);

        services.AddOptionsWithValidateOnStart<PulseCertsOptions>().Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PulseCertsOptions>, PulseCertsOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<CertsMetrics>();
        services.TryAddSingleton<CertificateEventDispatcher>();
        services.TryAddSingleton<RevocationView>();
        services.TryAddSingleton<IRevocationView>(provider => provider.GetRequiredService<RevocationView>());
        services.TryAddSingleton(provider => IssuerCertificate.Read(provider.GetRequiredService<ICaSigner>().CertificateDer));
        services.TryAddSingleton(provider => new CertificateIssuers(
            provider.GetRequiredService<ICaSigner>(), provider.GetServices<IssuerRegistration>()));
        // One view for all: serial numbers are 128 random bits, so those of two issuers of one store never meet.
        services.TryAddSingleton(provider => new DeviceCertificateValidator(
            provider.GetRequiredService<CertificateIssuers>().Trusted.Select(
                issuer => new DeviceIssuer(issuer.Der, provider.GetRequiredService<IRevocationView>())),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<CertificateRevoker>();
        services.TryAddSingleton<BlockedKeys>();
        services.TryAddSingleton<CertificateIssuer>();
        services.TryAddSingleton(provider => new Lazy<CertificateIssuer>(provider.GetRequiredService<CertificateIssuer>));
        services.TryAddSingleton<CertificateSightings>();
        services.TryAddSingleton<ICertificateSightings>(provider => provider.GetRequiredService<CertificateSightings>());
        services.TryAddSingleton<IDeviceCertificateAuthority, DeviceCertificateAuthority>();
        services.TryAddSingleton<IEstOperations, EstOperations>();
        services.TryAddSingleton<IRenewalAdvisor, RenewalAdvisor>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RevocationRefresher>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RotationWorker>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ExpiryWorker>());
        return new PulseCertsBuilder(services);
    }
}
