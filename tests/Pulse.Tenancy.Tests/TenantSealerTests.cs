using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Tenancy.Tests;

public sealed class TenantSealerTests
{
    private static readonly TenantSealOptions Seal = new() { KeyId = "k1", Secret = Convert.ToBase64String(new byte[32]) };

    [Fact]
    public async Task Writes_the_switch_for_code_that_builds_its_own_commands()
    {
        await using var provider = Build(options => (options.Seal, options.AppRole) = (Seal, "my_app"));

        var sealer = provider.GetRequiredService<ITenantSealer>();

        Assert.Equal("SELECT pg_catalog.set_config('role', 'my_app', true), pg_catalog.set_config('pulse.ctx', @pulse_tenant, true)", sealer.EnterStatement);
        Assert.Equal("pulse_tenant", sealer.ParameterName);

        // Ten minutes after the clock's present.
        Assert.StartsWith("k1.acme.1767226200.", sealer.Seal(TenantId.Parse("acme")), StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => sealer.Seal(default));
    }

    [Fact]
    public async Task Exists_in_sealed_mode_only()
    {
        await using var provider = Build(_ => { });

        Assert.Contains("Seal", Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<ITenantSealer>()).Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Build(Action<PulseTenancyOptions> change)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        services.AddPulseTenancy(options =>
        {
            options.AppConnectionString = "Host=db;Username=app";
            change(options);
        });
        return services.BuildServiceProvider();
    }
}
