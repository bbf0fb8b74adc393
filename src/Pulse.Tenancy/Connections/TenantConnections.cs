using Microsoft.Extensions.Logging;
using Npgsql;

namespace Pulse.Tenancy;

/// <summary>The application login's connections, and how one becomes a tenant's.</summary>
internal sealed class TenantConnections(TenancyLogin login, TenantMark mark, TenancyMetrics metrics, ILogger<TenantConnections> logger)
{
    private readonly NpgsqlDataSource _source = login.DataSource;
    private readonly EnterCommand _enter = new(login.Role, mark);

    public TenancyMetrics Metrics => metrics;

    /// <summary>Whether the tenant travels sealed, so that even foreign statements cannot name another one.</summary>
    public bool IsSealed => mark is TenantSeal;

    public NpgsqlConnection Open() => _source.OpenConnection();

    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => _source.OpenConnectionAsync(cancellationToken);

    public NpgsqlBatchCommand Enter(TenantId tenant, TenantScopeOptions? options = null) => _enter.Create(tenant, options);

    /// <summary>
    /// A connection that refuses the switch arrived in a state nobody expects. Npgsql closes connections by the pool: the
    /// idle ones now, those in use when they come back.
    /// </summary>
    public void DiscardAfterRefusedEnter()
    {
        _source.Clear();
        metrics.ConnectionPoisoned();
        Log.EnterRefused(logger, login.Role);
    }
}
