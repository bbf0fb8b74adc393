using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Pulse.Tenancy;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registration of the doctor's visit at a host's start.</summary>
public static class PulseTenancyDoctorServiceCollectionExtensions
{
    /// <summary>
    /// Examines the database before the host starts, with the application's login. <c>AddPulseTenancy</c> must be called as
    /// well.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Sets the options; null for the defaults, which refuse to start on an error.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddPulseTenancyDoctor(this IServiceCollection services, Action<TenancyDoctorOptions>? configure = null)
    {
        services.AddOptions<TenancyDoctorOptions>().Configure(configure ?? (_ => { }));
        services.TryAddSingleton<ICatalogSource, ApplicationCatalog>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, TenancyDoctorAtStart>());
        return services;
    }
}
