using System.Data.Common;
using System.Runtime.CompilerServices;
using Npgsql;

namespace Pulse.Audit;

/// <summary>The rows of a command, one at a time; the command is disposed of with the last.</summary>
internal static class Rows
{
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        NpgsqlCommand command, Func<DbDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var commandScope = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var readerScope = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return read(reader);
        }
    }

    public static async Task<List<T>> ListAsync<T>(NpgsqlCommand command, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        List<T> rows = [];
        await foreach (var row in ReadAsync(command, read, cancellationToken).ConfigureAwait(false))
        {
            rows.Add(row);
        }

        return rows;
    }

    public static byte[] Bytes(this DbDataReader row, int column) => row.GetFieldValue<byte[]>(column);
}
