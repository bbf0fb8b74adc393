using Npgsql;

namespace Pulse.Benchmarks.Tenancy;

/// <summary>One row by its key, over TCP, pooled and prepared: as a tenant, against Npgsql without any tenant.</summary>
internal sealed class TenancyQueryRatio : TenancyRatio
{
    public override string Name => "tenancy.query.tcp";

    public override string PeerName => "Npgsql without tenant";

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
        if (await OursAsync(7) != await PeerAsync(7) || await OursAsync(7) != "pump 7")
        {
            throw new InvalidOperationException("Ours and the peer read different rows.");
        }
    }

    private async Task<string?> OursAsync(int i) =>
        await Server.Ours.CreateBatch(TenancyServer.Tenant(i)).Add("SELECT name FROM devices WHERE id = $1", TenancyServer.Device(i)).ExecuteScalarAsync<string>();

    private async Task<string?> PeerAsync(int i)
    {
        await using var command = Server.Bare.CreateCommand("SELECT name FROM devices_bare WHERE tenant_id = $1 AND id = $2");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = TenancyServer.Tenant(i).Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = TenancyServer.Device(i) });
        return (string?)await command.ExecuteScalarAsync();
    }
}
