using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Pulse.Certs;

/// <summary>Commands with positional parameters ($1, $2 …), the one form PostgreSQL itself knows.</summary>
internal static class SqlCommand
{
    [SuppressMessage("Security", "CA2100", Justification = "Every statement is a constant of this package; values are parameters.")]
    public static DbCommand Create(DbConnection connection, DbTransaction? transaction, string sql, object?[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        foreach (var value in values)
        {
            var parameter = command.CreateParameter();
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    public static async ValueTask<int> ExecuteAsync(
        DbTransaction transaction, string sql, object?[] values, CancellationToken cancellationToken)
    {
        var command = Create(transaction.Connection!, transaction, sql, values);
        await using var openCommand = command.ConfigureAwait(false);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads every row, inside a transaction or as one of its own.</summary>
    public static async ValueTask<List<T>> QueryAsync<T>(
        DbConnection connection,
        DbTransaction? transaction,
        string sql,
        object?[] values,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken)
    {
        var command = Create(connection, transaction, sql, values);
        await using var openCommand = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var openReader = reader.ConfigureAwait(false);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Reads a column of the current row, which the provider has received whole.</summary>
    public static byte[] ReadBytes(DbDataReader reader, int ordinal) => reader.GetFieldValue<byte[]>(ordinal);

    public static string ReadHex(DbDataReader reader, int ordinal) => Convert.ToHexStringLower(ReadBytes(reader, ordinal));

    public static DateTimeOffset ReadTime(DbDataReader reader, int ordinal) =>
        new(DateTime.SpecifyKind(reader.GetDateTime(ordinal), DateTimeKind.Utc));

    /// <summary>Tenant and device in two columns; both are NULL for a server.</summary>
    public static DeviceSubject? ReadDevice(DbDataReader reader, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
        {
            return null;
        }

        return DeviceSubject.TryCreate(reader.GetString(ordinal), reader.GetString(ordinal + 1), out var device)
            ? device
            : throw new InvalidOperationException("A row of pulse_certs names a tenant or device outside the grammar: it was not written by this package.");
    }
}
