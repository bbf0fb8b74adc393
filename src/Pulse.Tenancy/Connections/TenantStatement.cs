using System.Data;
using Npgsql;

namespace Pulse.Tenancy;

/// <summary>A foreign command as a batch command: what cannot be bound is refused before it is sent.</summary>
internal static class TenantStatement
{
    /// <summary>
    /// Named parameters are made positional by Npgsql, which refuses more than one statement then; without names the text
    /// goes to the server as it is, which refuses more than one statement itself.
    /// </summary>
    public static NpgsqlBatchCommand Create(string sql, NpgsqlParameterCollection parameters)
    {
        if (string.IsNullOrWhiteSpace(sql))
        {
            throw new InvalidOperationException("The command has no text.");
        }

        var command = new NpgsqlBatchCommand(sql);
        foreach (NpgsqlParameter parameter in parameters)
        {
            if (parameter.Direction != ParameterDirection.Input)
            {
                throw new NotSupportedException($"Parameter {parameter.ParameterName}: parameters go in; answers come as rows (RETURNING, SELECT).");
            }

            command.Parameters.Add(parameter.Clone());
        }

        return command;
    }
}
