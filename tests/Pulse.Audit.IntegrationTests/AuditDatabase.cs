using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Pulse.Audit.IntegrationTests;

/// <summary>A database with the roles of the platform, the latch on <c>set_config</c>, and the audit schema.</summary>
internal sealed class AuditDatabase(Func<string, string, string> connectionString, string superuser) : IAsyncDisposable
{
    private const string Password = "test-password";

    private const string Roles = """
        DO $$
        DECLARE
            item text;
        BEGIN
            FOREACH item IN ARRAY ARRAY['pulse_owner', 'pulse_app', 'pulse_operator', 'pulse_audit_writer', 'pulse_worker'] LOOP
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = item) THEN
                    EXECUTE format('CREATE ROLE %I NOLOGIN', item);
                    EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT PASSWORD %L', CASE item WHEN 'pulse_owner' THEN 'pulse_migrator'
                        WHEN 'pulse_audit_writer' THEN 'pulse_audit_login' ELSE item || '_login' END, 'test-password');
                    EXECUTE format('GRANT %I TO %I', item, CASE item WHEN 'pulse_owner' THEN 'pulse_migrator'
                        WHEN 'pulse_audit_writer' THEN 'pulse_audit_login' ELSE item || '_login' END);
                END IF;
            END LOOP;
            ALTER ROLE pulse_worker BYPASSRLS;
            EXECUTE format('GRANT CREATE ON DATABASE %I TO pulse_owner', current_database());
        END $$;
        REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC;
        REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
        GRANT USAGE ON LANGUAGE plpgsql TO pulse_owner;
        """;

    public NpgsqlDataSource Superuser { get; } = NpgsqlDataSource.Create(superuser);

    public NpgsqlDataSource Owner { get; } = As(connectionString, "pulse_migrator", "pulse_owner");

    public NpgsqlDataSource Writer { get; } = As(connectionString, "pulse_audit_login", "pulse_audit_writer");

    public NpgsqlDataSource App { get; } = As(connectionString, "pulse_app_login", "pulse_app");

    public NpgsqlDataSource Operator { get; } = As(connectionString, "pulse_operator_login", "pulse_operator");

    public NpgsqlDataSource Worker { get; } = As(connectionString, "pulse_worker_login", "pulse_worker");

    /// <summary>Of the login that writes, for another process.</summary>
    public string WriterConnectionString { get; } = Text(connectionString, "pulse_audit_login", "pulse_audit_writer");

    public async Task InitializeAsync()
    {
        await ExecuteAsync(Superuser, Roles);
        await ExecuteAsync(Owner, AuditSchema.Sql);
    }

    /// <summary>A host with the audit sink alone, started.</summary>
    public async Task<IHost> StartHostAsync(Action<PulseAuditOptions>? configure = null, ILoggerProvider? log = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        if (log is not null)
        {
            builder.Logging.AddProvider(log);
        }

        builder.Services.AddPulseAudit(options =>
        {
            options.Linger = TimeSpan.FromMilliseconds(5);
            configure?.Invoke(options);
        }).UsePostgres(_ => Writer);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    [SuppressMessage("Security", "CA2100", Justification = "Test statements.")]
    public static async Task<int> ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync();
    }

    [SuppressMessage("Security", "CA2100", Justification = "Test statements.")]
    public async Task<long> CountAsync(string sql)
    {
        await using var command = Superuser.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await Superuser.DisposeAsync();
        await Owner.DisposeAsync();
        await Writer.DisposeAsync();
        await App.DisposeAsync();
        await Operator.DisposeAsync();
        await Worker.DisposeAsync();
    }

    private static NpgsqlDataSource As(Func<string, string, string> connectionString, string login, string role) =>
        NpgsqlDataSource.Create(Text(connectionString, login, role));

    private static string Text(Func<string, string, string> connectionString, string login, string role) =>
        new NpgsqlConnectionStringBuilder(connectionString(login, Password)) { Options = $"-c role={role}", Timeout = 5 }.ConnectionString;
}
