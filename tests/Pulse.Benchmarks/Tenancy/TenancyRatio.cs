using Pulse.Benchmarks.Ratios;

namespace Pulse.Benchmarks.Tenancy;

/// <summary>A ratio with a PostgreSQL of its own.</summary>
internal abstract class TenancyRatio : Ratio
{
    private TenancyServer? _server;

    protected TenancyServer Server => _server ?? throw new InvalidOperationException("The server has not been started.");

    public override async ValueTask PrepareAsync()
    {
        _server = await TenancyServer.StartAsync();
        await CheckAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    /// <summary>Both sides give the same answers.</summary>
    protected abstract Task CheckAsync();
}
