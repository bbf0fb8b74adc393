using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Pulse.Audit;

/// <summary>Registers the health check once, however often the sink is added.</summary>
internal sealed class AuditHealthCheckRegistration : IConfigureOptions<HealthCheckServiceOptions>
{
    public void Configure(HealthCheckServiceOptions options) =>
        options.Registrations.Add(new HealthCheckRegistration(
            AuditHealthCheck.Name, provider => provider.GetRequiredService<AuditHealthCheck>(), failureStatus: null, tags: null));
}
