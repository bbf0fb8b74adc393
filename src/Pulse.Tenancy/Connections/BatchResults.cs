using System.Data.Common;
using Npgsql;

namespace Pulse.Tenancy;

/// <summary>Reads a batch to its very end before answering: an error may arrive as late as the implicit commit.</summary>
internal static class BatchResults
{
    public static async Task<int> ReadAffectedAsync(NpgsqlBatch batch, int last, CancellationToken cancellationToken) =>
        Math.Max(0, await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false));

    public static async Task<T?> ReadScalarAsync<T>(NpgsqlBatch batch, int last, CancellationToken cancellationToken)
    {
        var value = default(T);
        var isFirst = true;
        await ReadLastAsync(
            batch,
            last,
            row =>
            {
                if (isFirst && !row.IsDBNull(0))
                {
                    value = row.GetFieldValue<T>(0);
                }

                isFirst = false;
            },
            cancellationToken).ConfigureAwait(false);
        return value;
    }

    public static async Task<IReadOnlyList<T>> ReadRowsAsync<T>(
        NpgsqlBatch batch, int last, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        await ReadLastAsync(batch, last, row => rows.Add(read(row)), cancellationToken).ConfigureAwait(false);
        return rows;
    }

    private static async Task ReadLastAsync(NpgsqlBatch batch, int last, Action<DbDataReader> row, CancellationToken cancellationToken)
    {
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            do
            {
                if (!IsAt(batch, last, reader))
                {
                    continue;
                }

                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    row(reader);
                }
            }
            while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>
    /// Statements without rows are skipped by the reader, so results cannot be counted; a command has a type once the
    /// server has completed it.
    /// </summary>
    private static bool IsAt(NpgsqlBatch batch, int statement, NpgsqlDataReader reader)
    {
        if (reader.FieldCount == 0)
        {
            return false;
        }

        return statement == 0 || BatchProgress.IsCompleted(batch, statement - 1);
    }
}
