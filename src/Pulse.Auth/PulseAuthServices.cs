using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Pulse.Auth;

/// <summary>What several registrations of this package need.</summary>
internal static class PulseAuthServices
{
    public static void AddTokenValidation(IServiceCollection services)
    {
        AddShared(services);
        services.AddOptions<PulseJwtOptions>(PulseJwtDefaults.AuthenticationScheme).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PulseJwtOptions>, PulseJwtOptionsValidator>());
        services.TryAddSingleton<IKeyDocuments, HttpKeyDocuments>();
        services.TryAddSingleton<TrustedIssuers>();
        services.TryAddSingleton<ITokenDenylist, MemoryTokenDenylist>();
        services.TryAddSingleton<DenylistGate>();
        services.TryAddSingleton<IPulseTokenValidator, PulseTokenValidator>();
        services.TryAddSingleton<PulseJwtTokenHandler>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, KeyRefreshService>());
    }

    public static void AddShared(IServiceCollection services)
    {
        services.AddMetrics();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AuthMetrics>();
        services.TryAddSingleton<AuthEvents, NoAuthEvents>();
        services.TryAddSingleton<AuthEventQueue>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, AuthEventQueue>(provider => provider.GetRequiredService<AuthEventQueue>()));
    }
}
