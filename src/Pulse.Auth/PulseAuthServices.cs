using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Pulse.Auth;

/// <summary>What several registrations of this package need.</summary>
internal static class PulseAuthServices
{
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
