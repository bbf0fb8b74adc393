using Dapper;

namespace Pulse.Benchmarks.Tenancy;

/// <summary>One row by its key with Dapper: on a tenant's data source, against Dapper on Npgsql without any tenant.</summary>
internal sealed class TenancyDapperRatio : TenancyRatio
{
    public override string Name => "tenancy.dapper";

    public override string PeerName => "Dapper on Npgsql without tenant";

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

    protected override async Task CheckAsync()
    {
        if (await OursAsync(7) != "pump 7" || await PeerAsync(7) != "pump 7")
        {
            throw new InvalidOperationException("Ours and the peer read different rows.");
        }
    }

    private async Task<string> OursAsync(int i)
    {
        await using var connection = await Server.Ours.CreateDataSource(TenancyServer.Tenant(i)).OpenConnectionAsync();
        return await connection.QuerySingleAsync<string>("SELECT name FROM devices WHERE id = @id", new { id = TenancyServer.Device(i) });
    }

    private async Task<string> PeerAsync(int i)
    {
        await using var connection = await Server.Bare.OpenConnectionAsync();
        return await connection.QuerySingleAsync<string>(
            "SELECT name FROM devices_bare WHERE tenant_id = @tenant AND id = @id", new { tenant = TenancyServer.Tenant(i).Value, id = TenancyServer.Device(i) });
    }
}
