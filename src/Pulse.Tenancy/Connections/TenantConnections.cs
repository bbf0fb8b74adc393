using Microsoft.Extensions.Logging;
using Npgsql;

namespace Pulse.Tenancy;

/// <summary>The application login's connections, and how one becomes a tenant's.</summary>
internal sealed class TenantConnections(TenancyDataSources sources, TenancyMetrics metrics, ILogger<TenantConnections> logger)
{
    private readonly NpgsqlDataSource _source = sources.App.DataSource;
    private readonly string _enter = EnterCommand.Sql(sources.App.Role);

    public TenancyMetrics Metrics => metrics;

    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => _source.OpenConnectionAsync(cancellationToken);

    public NpgsqlBatchCommand Enter(TenantId tenant) => EnterCommand.Create(_enter, tenant);

    /// <summary>
    /// A connection that refuses the switch arrived in a state nobody expects. Npgsql closes connections by the pool: the
    /// idle ones now, those in use when they come back.
    /// </summary>
    public void DiscardAfterRefusedEnter()
    {
        _source.Clear();
        metrics.ConnectionDiscarded();
        Log.EnterRefused(logger, sources.App.Role);
    }
}
