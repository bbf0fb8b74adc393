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

    /// <summary>Reads a column of the current row, which the provider has received whole.</summary>
    public static byte[] ReadBytes(DbDataReader reader, int ordinal) => reader.GetFieldValue<byte[]>(ordinal);

    public static DateTimeOffset ReadTime(DbDataReader reader, int ordinal) =>
        new(DateTime.SpecifyKind(reader.GetDateTime(ordinal), DateTimeKind.Utc));
}
