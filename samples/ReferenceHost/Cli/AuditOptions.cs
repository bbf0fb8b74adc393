using Npgsql;

namespace Pulse.ReferenceHost.Cli;

/// <summary>What the audit commands have in common: which database.</summary>
internal static class AuditOptions
{
    private const string Development = "--development";

    public static BatchOptions Parse(string command, string[] words, params string[] known)
    {
        var options = BatchOptions.Parse(command, words.Where(word => word != Development), [.. WorkerDatabase.OptionNames, .. known]);
        if (options.Files.Count > 0)
        {
            throw new UsageException($"{command} takes no \"{options.Files[0]}\". Try: help");
        }

        return options;
    }

    /// <exception cref="UsageException">The database is not named, or cannot be read.</exception>
    public static async Task<T> WithDatabaseAsync<T>(BatchOptions options, Func<NpgsqlDataSource, Task<T>> read, CancellationToken stop)
    {
        await using var source = WorkerDatabase.Open("audit", await WorkerDatabase.FindAsync("audit", options, stop));
        try
        {
            return await read(source);
        }
        catch (NpgsqlException unreadable)
        {
            throw new UsageException($"The audit trail cannot be read: {unreadable.Message}");
        }
    }
}
