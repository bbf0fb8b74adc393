using System.Data;
using System.Data.Common;
using Npgsql;

namespace Pulse.Tenancy;

/// <summary>Hands out the reader of a foreign command, standing on that command's rows and not on the switch's.</summary>
internal static class TenantReading
{
    public static DbDataReader Execute(NpgsqlBatch batch, CommandBehavior behavior, Action closing)
    {
        var reader = batch.ExecuteReader(behavior);
        try
        {
            if (HasEnter(batch))
            {
                reader.NextResult();
            }

            reader.ReaderClosed += (_, _) => closing();
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    public static async Task<DbDataReader> ExecuteAsync(
        NpgsqlBatch batch, CommandBehavior behavior, Action closing, CancellationToken cancellationToken)
    {
        var reader = await batch.ExecuteReaderAsync(behavior, cancellationToken).ConfigureAwait(false);
        try
        {
            if (HasEnter(batch))
            {
                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            }

            reader.ReaderClosed += (_, _) => closing();
            return reader;
        }
        catch
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static bool HasEnter(NpgsqlBatch batch) => batch.BatchCommands.Count > 1;
}
