using Npgsql;
using Pulse.ReferenceHost.Development;

namespace Pulse.ReferenceHost.Cli;

/// <summary>What the audit commands have in common: which database.</summary>
internal static class AuditOptions
{
    private const string Development = "--development";
    private const string WorkerSetting = "Pulse__Database__Worker";

    public static BatchOptions Parse(string command, string[] words, params string[] known)
    {
        var options = BatchOptions.Parse(command, words.Where(word => word != Development), ["--connection", "--data", .. known]);
        if (options.Files.Count > 0)
        {
            throw new UsageException($"{command} takes no \"{options.Files[0]}\". Try: help");
        }

        return options;
    }

    /// <exception cref="UsageException">The database is not named, or cannot be read.</exception>
    public static async Task<T> WithDatabaseAsync<T>(BatchOptions options, Func<NpgsqlDataSource, Task<T>> read, CancellationToken stop)
    {
        var connectionString = await FindConnectionAsync(options, stop);
        try
        {
            await using var source = NpgsqlDataSource.Create(connectionString);
            return await read(source);
        }
        catch (NpgsqlException unreadable)
        {
            throw new UsageException($"The audit trail cannot be read: {unreadable.Message}");
        }
        catch (ArgumentException)
        {
            // The driver's text may repeat the password.
            throw new UsageException("audit: --connection is no PostgreSQL connection string. Expected Host=…;Database=…;Username=pulse_worker_login;Password=…;Options=-c role=pulse_worker.");
        }
    }

    private static async Task<string> FindConnectionAsync(BatchOptions options, CancellationToken stop)
    {
        if (options.Find("--connection") is { } given)
        {
            return given;
        }

        if (Environment.GetEnvironmentVariable(WorkerSetting) is { Length: > 0 } set)
        {
            return set;
        }

        var root = options.Find("--data");
        if (root is null && !Arguments.IsDevelopmentMode([]))
        {
            throw new UsageException($"audit needs a database: --connection STRING, or {WorkerSetting} in the environment, or --data DIR for the one of ./run.sh.");
        }

        var (sockets, secrets) = await DevelopmentFolder.FindDatabaseAsync(root ?? DevelopmentFolder.DefaultRoot(), stop);
        return new NpgsqlConnectionStringBuilder(DevelopmentDatabase.AppConnectionString(sockets, secrets))
        {
            Username = "pulse_worker_login",
            Password = secrets.Worker,
            Options = "-c role=pulse_worker",
        }.ConnectionString;
    }
}
