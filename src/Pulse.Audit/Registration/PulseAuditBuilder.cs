using Microsoft.Extensions.DependencyInjection;

namespace Pulse.Audit;

internal sealed record PulseAuditBuilder(IServiceCollection Services) : IPulseAuditBuilder;
