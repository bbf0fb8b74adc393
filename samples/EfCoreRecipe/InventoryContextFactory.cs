using Microsoft.EntityFrameworkCore;
using Npgsql;
using Pulse.Tenancy;

namespace Pulse.EfCoreRecipe;

/// <summary>Makes contexts, and none without a tenant. One factory serves the whole process.</summary>
public sealed class InventoryContextFactory
{
    private readonly DbContextOptions<InventoryContext> _options;

    /// <param name="source">A pool of the application's login, as <c>PulseTenancyOptions.AppConnectionString</c> names it, with Enlist=false.</param>
    /// <param name="sealer">From the container; it exists in sealed mode only.</param>
    public InventoryContextFactory(NpgsqlDataSource source, ITenantSealer sealer) =>
        _options = new DbContextOptionsBuilder<InventoryContext>().UseNpgsql(source).AddInterceptors(new TenantInterceptor(sealer)).Options;

    public InventoryContext Create(TenantId tenant)
    {
        _ = tenant.Value;
        return new InventoryContext(_options, tenant);
    }
}
