using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Pulse.Tenancy;

/// <summary>One pool per login. Made on first use, closed with the container.</summary>
internal sealed class TenancyDataSources : IAsyncDisposable, IDisposable
{
    private readonly List<TenancyLogin> _all = [];

    public TenancyDataSources(IOptions<PulseTenancyOptions> options, ILoggerFactory loggers)
    {
        var value = options.Value;
        App = Create(nameof(value.AppConnectionString), value.AppConnectionString, value.AppRole, loggers)
            ?? throw new OptionsValidationException(
                Options.DefaultName, typeof(PulseTenancyOptions), [$"{nameof(value.AppConnectionString)} is not set."]);
        Operator = Create(nameof(value.OperatorConnectionString), value.OperatorConnectionString, value.OperatorRole, loggers);
        OperatorWrite = Create(
            nameof(value.OperatorWriteConnectionString), value.OperatorWriteConnectionString, value.OperatorWriteRole, loggers);
    }

    public TenancyLogin App { get; }

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

    private TenancyLogin? Create(string option, string? connectionString, string role, ILoggerFactory loggers)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            return null;
        }

        var builder = new NpgsqlDataSourceBuilder(connectionString);
        // A second connection rented inside an ambient transaction would be the first one, tenant included.
        builder.ConnectionStringBuilder.Enlist = false;
        builder.UseLoggerFactory(loggers);
        var login = new TenancyLogin(option, role, builder.Build());
        _all.Add(login);
        return login;
    }
}
