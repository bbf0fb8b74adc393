using Microsoft.Extensions.DependencyInjection;

namespace Pulse.Audit;

/// <summary>Completes the registration of the audit sink: it needs a store.</summary>
public interface IPulseAuditBuilder
{
    /// <summary>The services the sink is registered in.</summary>
    IServiceCollection Services { get; }
}
