using Microsoft.EntityFrameworkCore;
using Npgsql;
using Pulse.EfCoreRecipe;

namespace Pulse.Benchmarks.Tenancy;

/// <summary>One row by its key with EF Core: by the recipe, in sealed mode, against EF Core without any tenant.</summary>
internal sealed class TenancyEfCoreRatio : TenancyRatio
{
    private InventoryContextFactory _ours = null!;
    private DbContextOptions<BareContext> _bare = null!;
    private NpgsqlDataSource _source = null!;

    public override string Name => "tenancy.efcore";

    public override string PeerName => "EF Core without tenant";

    public override async ValueTask RunOursAsync(int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            await OursAsync(i);
        }
    }

    public override async ValueTask RunPeerAsync(int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            await PeerAsync(i);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_source is not null)
        {
            await _source.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    protected override async Task CheckAsync()
    {
        var sealer = await Server.SealAsync();
        _source = NpgsqlDataSource.Create(Server.AppConnectionString + ";Enlist=false");
        _ours = new InventoryContextFactory(_source, sealer);
        _bare = new DbContextOptionsBuilder<BareContext>().UseNpgsql(Server.Bare).Options;
        if (await OursAsync(7) != "pump 7" || await PeerAsync(7) != "pump 7")
        {
            throw new InvalidOperationException("Ours and the peer read different rows.");
        }
    }

    private async Task<string> OursAsync(int i)
    {
        var tenant = TenancyServer.Tenant(i);
        var id = TenancyServer.Device(i);
        await using var context = _ours.Create(tenant);
        return await context.Devices.Where(device => device.TenantId == tenant.Value && device.Id == id).Select(device => device.Name).SingleAsync();
    }

    private async Task<string> PeerAsync(int i)
    {
        var tenant = TenancyServer.Tenant(i).Value;
        var id = TenancyServer.Device(i);
        await using var context = new BareContext(_bare);
        return await context.Devices.Where(device => device.TenantId == tenant && device.Id == id).Select(device => device.Name).SingleAsync();
    }

    private sealed class BareContext(DbContextOptions<BareContext> options) : DbContext(options)
    {
        public DbSet<Device> Devices => Set<Device>();

        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Device>(device =>
        {
            device.ToTable("devices_bare");
            device.HasKey(row => new { row.TenantId, row.Id });
            device.Property(row => row.TenantId).HasColumnName("tenant_id");
            device.Property(row => row.Id).HasColumnName("id");
            device.Property(row => row.Name).HasColumnName("name");
        });
    }
}
