using Microsoft.EntityFrameworkCore;
using Pulse.Tenancy;

namespace Pulse.EfCoreRecipe;

/// <summary>An application's context.</summary>
public sealed class InventoryContext(DbContextOptions<InventoryContext> options, TenantId tenant) : DbContext(options), ITenantedContext
{
    public TenantId Tenant { get; } = tenant;

    public DbSet<Device> Devices => Set<Device>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Device>(device =>
    {
        device.ToTable("devices", "public");
        device.HasKey(row => new { row.TenantId, row.Id });
        device.Property(row => row.TenantId).HasColumnName("tenant_id");
        device.Property(row => row.Id).HasColumnName("id");
        device.Property(row => row.Name).HasColumnName("name");
    });
}
