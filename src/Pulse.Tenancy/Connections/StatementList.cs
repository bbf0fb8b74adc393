using Npgsql;

namespace Pulse.Tenancy;

/// <summary>A caller's statements, checked as they are added and copied into a batch each time they run.</summary>
internal sealed class StatementList
{
    private readonly List<(string Sql, object?[] Parameters)> _statements = [];

    public int Count => _statements.Count;

    public void Add(string sql, object?[] parameters)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sql);
        ArgumentNullException.ThrowIfNull(parameters);

        foreach (var value in parameters)
        {
            if (value is NpgsqlParameter { ParameterName.Length: > 0 })
            {
                throw new ArgumentException("Parameters are positional ($1, $2…): leave ParameterName empty.", nameof(parameters));
            }
        }

        _statements.Add((sql, parameters));
    }

    /// <summary>Asked before a connection is taken, too: nothing to run needs none.</summary>
    public void ThrowIfEmpty()
    {
        if (_statements.Count == 0)
        {
            throw new InvalidOperationException("The batch holds no statement. Call Add first.");
        }
    }

    public void AppendTo(NpgsqlBatch batch)
    {
        ThrowIfEmpty();
        foreach (var (sql, parameters) in _statements)
        {
            batch.BatchCommands.Add(Command(sql, parameters));
        }
    }

    /// <summary>
    /// A batch command is parsed by the server as exactly one statement; a plain command's text would be split at each
    /// semicolon by the driver, which is how stacked statements get in.
    /// </summary>
    public static NpgsqlBatchCommand Command(string sql, params object?[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in parameters)
        {
            // A parameter belongs to one command at a time, and a statement may run twice.
            command.Parameters.Add(value switch
            {
                NpgsqlParameter parameter => parameter.Clone(),

                // Most keys are text; a typed parameter spares the driver the search for a boxed value's type.
                string text => new NpgsqlParameter<string> { TypedValue = text },
                null => new NpgsqlParameter { Value = DBNull.Value },
                _ => new NpgsqlParameter { Value = value },
            });
        }

        return command;
    }
}
