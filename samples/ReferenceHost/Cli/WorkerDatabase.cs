using Npgsql;
using Pulse.ReferenceHost.Development;

namespace Pulse.ReferenceHost.Cli;

/// <summary>The platform's database, by the worker's login, for the commands that read or change what no tenant owns.</summary>
internal static class WorkerDatabase
{
    private const string Setting = "Pulse__Database__Worker";
    private const string AuditSetting = "Pulse__Database__Audit";

    /// <summary>Options every such command takes.</summary>
    public static IReadOnlyList<string> OptionNames { get; } = ["--connection", "--data"];

    /// <summary>What was asked for on the command line comes before the environment.</summary>
    /// <exception cref="UsageException">No database is named.</exception>
    public static async Task<string> FindAsync(string command, BatchOptions options, CancellationToken stop)
    {
        var given = options.Find("--connection") ?? (options.Find("--data") is null ? Environment.GetEnvironmentVariable(Setting) : null);
        if (!string.IsNullOrEmpty(given))
        {
            return given;
        }

        if (DevelopmentRoot(options) is not { } root)
        {
            throw new UsageException($"{command} needs a database: --connection STRING, or {Setting} in the environment, or --data DIR for the one of ./run.sh.");
        }

        var (sockets, secrets) = await DevelopmentFolder.FindDatabaseAsync(root, stop);
        return Login(sockets, secrets, "pulse_worker", secrets.Worker);
    }

    /// <summary>The login that writes the audit trail, for the commands that leave a record there.</summary>
    /// <exception cref="UsageException">None is named.</exception>
    public static async Task<string> FindAuditAsync(string command, BatchOptions options, CancellationToken stop)
    {
        var given = options.Find("--audit-connection") ?? (options.Find("--data") is null ? Environment.GetEnvironmentVariable(AuditSetting) : null);
        if (!string.IsNullOrEmpty(given))
        {
            return given;
        }

        if (DevelopmentRoot(options) is not { } root)
        {
            throw new UsageException(
                $"{command} needs the login that writes the audit trail: --audit-connection STRING, or {AuditSetting} in the environment, or --data DIR for the one of ./run.sh.");
        }

        var (sockets, secrets) = await DevelopmentFolder.FindDatabaseAsync(root, stop);
        return Login(sockets, secrets, "pulse_audit_writer", secrets.Audit, "pulse_audit_login");
    }

    /// <exception cref="UsageException">The connection string is none.</exception>
    public static NpgsqlDataSource Open(
        string command, string connectionString, string option = "--connection", string login = "pulse_worker_login", string role = "pulse_worker")
    {
        try
        {
            return NpgsqlDataSource.Create(connectionString);
        }
        catch (ArgumentException)
        {
            // The driver's text may repeat the password.
            throw new UsageException(
                $"{command}: {option} is no PostgreSQL connection string. Expected Host=…;Database=…;Username={login};Password=…;Options=-c role={role}.");
        }
    }

    /// <summary>The folder of development mode, where that is asked for.</summary>
    public static string? DevelopmentRoot(BatchOptions options) =>
        options.Find("--data") ?? (Arguments.IsDevelopmentMode([]) ? DevelopmentFolder.DefaultRoot() : null);

    private static string Login(string sockets, DevelopmentSecrets secrets, string role, string password, string? login = null) =>
        new NpgsqlConnectionStringBuilder(DevelopmentDatabase.AppConnectionString(sockets, secrets))
        {
            Username = login ?? role + "_login",
            Password = password,
            Options = "-c role=" + role,
        }.ConnectionString;
}
