using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Pulse.Auth;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the services of Pulse.Auth.</summary>
public static class PulseAuthServiceCollectionExtensions
{
    /// <summary>Registers <see cref="IPulseTokenValidator"/> and <see cref="PulseJwtTokenHandler"/> without an authentication scheme.</summary>
    /// <remarks>For programs without HTTP, and for applications that keep JwtBearer. <c>AddPulseJwt</c> does it by itself.</remarks>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options; at least one issuer with one audience.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddPulseTokenValidator(this IServiceCollection services, Action<PulseJwtOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);

        PulseAuthServices.AddTokenValidation(services);
        services.Configure(PulseJwtDefaults.AuthenticationScheme, configure);
        return services;
    }

    /// <summary>Adds the policies of <see cref="PulsePolicies"/>, and reports each denied request to <see cref="AuthEvents"/>.</summary>
    /// <remarks>
    /// A policy judges the principal of the default scheme. Register an own
    /// <see cref="IAuthorizationMiddlewareResultHandler"/> before this call: it is kept and called after the report.
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    public static IServiceCollection AddPulseAuthorization(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);

        if (services.Any(service => service.ImplementationType == typeof(PlaneHandler)))
        {
            return services;
        }

        PulseAuthServices.AddShared(services);
        services.AddAuthorizationBuilder()
            .AddPolicy(PulsePolicies.Customer, Policy(operatorPlane: false, PulseRoles.Customer, PulseRoles.TenantAdmin))
            .AddPolicy(PulsePolicies.TenantAdmin, Policy(operatorPlane: false, PulseRoles.TenantAdmin))
            .AddPolicy(PulsePolicies.Operator, Policy(operatorPlane: true, PulseRoles.Operator, PulseRoles.OperatorAdmin))
            .AddPolicy(PulsePolicies.OperatorAdmin, Policy(operatorPlane: true, PulseRoles.OperatorAdmin));
        services.AddSingleton<IAuthorizationHandler, PlaneHandler>();
        services.TryAddSingleton<AuthorizationMiddlewareResultHandler>();
        Decorate(services);
        return services;
    }

    private static AuthorizationPolicy Policy(bool operatorPlane, params string[] roles) =>
        new AuthorizationPolicyBuilder()
            .RequireAuthenticatedUser()
            .AddRequirements(new PlaneRequirement(operatorPlane, roles))
            .Build();

    private static void Decorate(IServiceCollection services)
    {
        var before = services.LastOrDefault(service => service.ServiceType == typeof(IAuthorizationMiddlewareResultHandler));
        services.AddSingleton<IAuthorizationMiddlewareResultHandler>(provider =>
            new AccessDeniedReporter(Create(provider, before), provider.GetRequiredService<AuthEventQueue>()));
    }

    private static IAuthorizationMiddlewareResultHandler Create(IServiceProvider provider, ServiceDescriptor? before)
    {
        if (before?.ImplementationInstance is IAuthorizationMiddlewareResultHandler instance)
        {
            return instance;
        }

        if (before?.ImplementationFactory is not null)
        {
            return (IAuthorizationMiddlewareResultHandler)before.ImplementationFactory(provider);
        }

        return before?.ImplementationType is { } type
            ? (IAuthorizationMiddlewareResultHandler)ActivatorUtilities.CreateInstance(provider, type)
            : provider.GetRequiredService<AuthorizationMiddlewareResultHandler>();
    }
}
