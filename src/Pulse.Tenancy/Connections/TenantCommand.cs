using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Pulse.Tenancy;

/// <summary>One statement with bound parameters, positional (<c>$1</c>) or named (<c>@id</c>). Runs as a command of a batch.</summary>
internal sealed class TenantCommand : DbCommand
{
    // Holds the caller's parameters; what is sent are copies, for a command may run again.
    private readonly NpgsqlBatchCommand _template = new();
    private TenantConnection? _connection;
    private Action? _cancel;
    private int? _timeout;

    [AllowNull]
    public override string CommandText { get; set; } = string.Empty;

    /// <summary>Seconds; 0 waits for ever. Default: the connection string's.</summary>
    public override int CommandTimeout
    {
        get => _timeout ?? _connection?.Required.Connection.CommandTimeout ?? 0;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _timeout = value;
        }
    }

    public override CommandType CommandType
    {
        get => CommandType.Text;
        set
        {
            if (value != CommandType.Text)
            {
                throw new NotSupportedException("A tenant's command is a statement. Call a function by SELECT, a procedure by CALL.");
            }
        }
    }

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; } = UpdateRowSource.None;

    protected override DbConnection? DbConnection
    {
        get => _connection;
        set => _connection = value is null or TenantConnection
            ? (TenantConnection?)value
            : throw new ArgumentException("A tenant's command runs on a tenant's connection only.", nameof(value));
    }

    protected override DbParameterCollection DbParameterCollection => _template.Parameters;

    /// <summary>Libraries set it; a connection has one transaction at most, so it decides nothing.</summary>
    protected override DbTransaction? DbTransaction { get; set; }

    public override void Cancel() => _cancel?.Invoke();

    public override void Prepare() => throw new NotSupportedException(
        "Explicit preparation runs before the tenant is entered. Set Max Auto Prepare in the connection string instead.");

    public override int ExecuteNonQuery()
    {
        using var batch = Begin();
        return Complete(batch, endsHere: true, () => batch.ExecuteNonQuery());
    }

    public override async Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken)
    {
        var batch = Begin();
        await using (batch.ConfigureAwait(false))
        {
            return await CompleteAsync(batch, endsHere: true, () => batch.ExecuteNonQueryAsync(cancellationToken)).ConfigureAwait(false);
        }
    }

    public override object? ExecuteScalar()
    {
        using var reader = ExecuteReader();
        var value = reader.Read() && reader.FieldCount > 0 ? reader.GetValue(0) : null;

        // The commit is answered behind the last row, and may be a refusal.
        while (reader.NextResult())
        {
        }

        return value;
    }

    public override async Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken)
    {
        var reader = await ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            var hasRow = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var value = hasRow && reader.FieldCount > 0 ? reader.GetValue(0) : null;
            while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
            {
            }

            return value;
        }
    }

    protected override DbParameter CreateDbParameter() => new NpgsqlParameter();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
    {
        var passed = TenantBehavior.Passed(behavior);
        var batch = Begin();
        try
        {
            return Complete(batch, endsHere: false, () => TenantReading.Execute(batch, passed, Closing(batch, behavior)));
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        var passed = TenantBehavior.Passed(behavior);
        var batch = Begin();
        try
        {
            return await CompleteAsync(
                batch,
                endsHere: false,
                () => TenantReading.ExecuteAsync(batch, passed, Closing(batch, behavior), cancellationToken)).ConfigureAwait(false);
        }
        catch
        {
            await batch.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        _connection = null;
        base.Dispose(disposing);
    }

    private NpgsqlBatch Begin()
    {
        var connection = _connection ?? throw new InvalidOperationException("The command has no connection.");
        var statement = TenantStatement.Create(CommandText, _template.Parameters);
        var batch = connection.Required.Begin(commands => commands.BatchCommands.Add(statement));
        if (_timeout is { } seconds)
        {
            batch.Timeout = seconds;
        }

        _cancel = batch.Cancel;
        return batch;
    }

    /// <summary>What happens when the reader is closed: only then is it known whether the server completed the statement.</summary>
    private Action Closing(NpgsqlBatch batch, CommandBehavior behavior)
    {
        var connection = _connection!;
        var execution = connection.Required;
        return () =>
        {
            if (BatchProgress.FirstUnfinished(batch) == batch.BatchCommands.Count)
            {
                execution.Succeed();
            }

            batch.Dispose();
            if (behavior.HasFlag(CommandBehavior.CloseConnection))
            {
                connection.Close();
            }
        };
    }

    private T Complete<T>(NpgsqlBatch batch, bool endsHere, Func<T> run)
    {
        var execution = _connection!.Required;
        try
        {
            var result = run();
            if (endsHere)
            {
                execution.Succeed();
            }

            return result;
        }
        catch (PostgresException error)
        {
            execution.Fail(batch, error);
            throw;
        }
    }

    private async Task<T> CompleteAsync<T>(NpgsqlBatch batch, bool endsHere, Func<Task<T>> run)
    {
        var execution = _connection!.Required;
        try
        {
            var result = await run().ConfigureAwait(false);
            if (endsHere)
            {
                execution.Succeed();
            }

            return result;
        }
        catch (PostgresException error)
        {
            execution.Fail(batch, error);
            throw;
        }
    }
}
