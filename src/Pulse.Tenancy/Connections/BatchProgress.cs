using Npgsql;

namespace Pulse.Tenancy;

/// <summary>
/// How far the server came in a batch. Npgsql can name the failed command itself, but then every exception carries the
/// statement's parameters to whoever logs it.
/// </summary>
internal static class BatchProgress
{
    public static bool IsCompleted(NpgsqlBatch batch, int index) => batch.BatchCommands[index].StatementType != StatementType.Unknown;

    /// <summary>The first command the server did not complete: after an error, the one that was refused.</summary>
    public static int FirstUnfinished(NpgsqlBatch batch)
    {
        var index = 0;
        while (index < batch.BatchCommands.Count && IsCompleted(batch, index))
        {
            index++;
        }

        return index;
    }
}
