using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pulse.Auth;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the health check of Pulse.Auth.</summary>
public static class PulseAuthHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds <c>pulse_jwks</c>: degraded while a refresh of an issuer's keys is overdue, unhealthy while an issuer has no
    /// keys that may be used. It looks at memory and never asks the provider.
    /// </summary>
    /// <remarks>Fit for readiness, not for liveness: a restart fetches no key that the running process could not.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="tags">Tags of the check.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IHealthChecksBuilder AddPulseJwks(this IHealthChecksBuilder builder, params string[] tags)
    {
        ArgumentNullException.ThrowIfNull(builder);

        return builder.AddCheck<KeySetHealthCheck>("pulse_jwks", HealthStatus.Unhealthy, tags);
    }
}
