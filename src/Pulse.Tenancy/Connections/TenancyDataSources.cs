using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Pulse.Tenancy;

/// <summary>One pool per login. Made on first use, closed with the container.</summary>
internal sealed class TenancyDataSources : IAsyncDisposable, IDisposable
{
    private readonly List<TenancyLogin> _all = [];
    private readonly ILoggerFactory _loggers;

    public TenancyDataSources(IOptions<PulseTenancyOptions> options, ILoggerFactory loggers, TimeProvider time)
    {
        var value = options.Value;
        _loggers = loggers;
        Mark = value.Seal is null ? new PlainMark() : new TenantSeal(value.Seal, time);
        App = Create(nameof(value.AppConnectionString), value.AppConnectionString, value.AppRole, value.Pooler)
            ?? throw new OptionsValidationException(
                Options.DefaultName, typeof(PulseTenancyOptions), [$"{nameof(value.AppConnectionString)} is not set."]);
        Direct = Create(nameof(value.DirectConnectionString), value.DirectConnectionString, value.AppRole, TenantPooler.None) ?? App;
        Operator = Create(nameof(value.OperatorConnectionString), value.OperatorConnectionString, value.OperatorRole, value.Pooler);
        OperatorWrite = Create(
            nameof(value.OperatorWriteConnectionString), value.OperatorWriteConnectionString, value.OperatorWriteRole, value.Pooler);
    }

    /// <summary>How transactions are told their tenant.</summary>
    public TenantMark Mark { get; }

    public TenancyLogin App { get; }

    /// <summary>The application's login around the pooler; <see cref="App"/> itself when there is none.</summary>
    public TenancyLogin Direct { get; }

    public TenancyLogin? Operator { get; }

    public TenancyLogin? OperatorWrite { get; }

    public IReadOnlyList<TenancyLogin> All => _all;

    public async ValueTask DisposeAsync()
    {
        foreach (var login in _all)
        {
            await login.DataSource.DisposeAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => _all.ForEach(login => login.DataSource.Dispose());

    private TenancyLogin? Create(string option, string? connectionString, string role, TenantPooler pooler)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            return null;
        }

        var builder = new NpgsqlDataSourceBuilder(connectionString);
        // A second connection rented inside an ambient transaction would be the first one, tenant included.
        builder.ConnectionStringBuilder.Enlist = false;
        // Behind a transaction pooler the next statement may reach another session than the one to be cleaned.
        builder.ConnectionStringBuilder.NoResetOnClose = pooler == TenantPooler.PgBouncerTransaction;
        builder.UseLoggerFactory(_loggers);
        var login = new TenancyLogin(option, role, builder.Build());
        _all.Add(login);
        return login;
    }
}
