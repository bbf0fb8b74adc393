using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Pulse.Certs.Tests;

internal static class Metrics
{
    public static MetricCollector<T> Collect<T>(Harness harness, string name)
        where T : struct =>
        new(harness.Services.GetRequiredService<IMeterFactory>(), "Pulse.Certs", name);
}
