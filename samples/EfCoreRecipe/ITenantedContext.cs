using Pulse.Tenancy;

namespace Pulse.EfCoreRecipe;

/// <summary>A DbContext made for one tenant. The tenant is given once, to the constructor: a context that is pooled would carry it to the next request.</summary>
public interface ITenantedContext
{
    TenantId Tenant { get; }
}
