using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using Pulse.Tenancy;

namespace Pulse.EfCoreRecipe;

/// <summary>
/// Puts the switch to the context's tenant before EF Core's statement, in the same flush: a command on its own is a
/// transaction of its own and needs it each time, a transaction needs it once. EF Core sends whole statements of its own, so
/// this belongs to sealed mode: with the latch alone one of them could name another tenant.
/// </summary>
public sealed class TenantInterceptor(ITenantSealer sealer) : DbCommandInterceptor, IDbTransactionInterceptor
{
    private static readonly object Entered = new();
    private readonly ConditionalWeakTable<DbTransaction, object> _entered = [];
    private readonly ConditionalWeakTable<DbCommand, object> _prefixed = [];

    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Prefix(command, eventData);
        return result;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Prefix(command, eventData);
        return ValueTask.FromResult(result);
    }

    // The first result is the switch's; EF Core is to see its own alone.
    public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result)
    {
        if (_prefixed.Remove(command))
        {
            result.NextResult();
        }

        return result;
    }

    public override async ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        if (_prefixed.Remove(command))
        {
            await result.NextResultAsync(cancellationToken);
        }

        return result;
    }

    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        Prefix(command, eventData);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Prefix(command, eventData);
        return ValueTask.FromResult(result);
    }

    // A scalar is the first result's, which would be the switch's: so it is read here.
    public override InterceptionResult<object> ScalarExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<object> result)
    {
        if (!Prefix(command, eventData))
        {
            return result;
        }

        using var reader = command.ExecuteReader();
        reader.NextResult();
        return InterceptionResult<object>.SuppressWithResult(reader.Read() ? reader.GetValue(0) : null!);
    }

    public override async ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
    {
        if (!Prefix(command, eventData))
        {
            return result;
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return InterceptionResult<object>.SuppressWithResult(await reader.ReadAsync(cancellationToken) ? reader.GetValue(0) : null!);
    }

    /// <summary>
    /// A tenant entered behind a savepoint is lost when that is rolled back to, and what follows is refused; so it is entered
    /// before.
    /// </summary>
    public InterceptionResult CreatingSavepoint(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        if (EnterAlone(transaction, eventData) is { } enter)
        {
            using (enter)
            {
                enter.ExecuteNonQuery();
            }
        }

        return result;
    }

    public async ValueTask<InterceptionResult> CreatingSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        if (EnterAlone(transaction, eventData) is { } enter)
        {
            await using (enter)
            {
                await enter.ExecuteNonQueryAsync(cancellationToken);
            }
        }

        return result;
    }

    private bool Prefix(DbCommand command, CommandEventData eventData)
    {
        if (command.Transaction is { } transaction && !_entered.TryAdd(transaction, Entered))
        {
            return false;
        }

#pragma warning disable CA2100 // The text is EF Core's and the package's own; values are parameters.
        command.CommandText = $"{sealer.EnterStatement};\n{command.CommandText}";
#pragma warning restore CA2100
        command.Parameters.Add(Parameter(eventData.Context));
        _prefixed.AddOrUpdate(command, Entered);
        return true;
    }

    private DbCommand? EnterAlone(DbTransaction transaction, TransactionEventData eventData)
    {
        if (!_entered.TryAdd(transaction, Entered))
        {
            return null;
        }

        var enter = transaction.Connection!.CreateCommand();
        enter.Transaction = transaction;
#pragma warning disable CA2100 // The text is the package's own.
        enter.CommandText = sealer.EnterStatement;
#pragma warning restore CA2100
        enter.Parameters.Add(Parameter(eventData.Context));
        return enter;
    }

    private NpgsqlParameter Parameter(DbContext? context) => new(
        sealer.ParameterName,
        sealer.Seal((context as ITenantedContext)?.Tenant
            ?? throw new InvalidOperationException($"{context?.GetType().Name ?? "The command"} has no tenant: the context must be an {nameof(ITenantedContext)}.")));
}
