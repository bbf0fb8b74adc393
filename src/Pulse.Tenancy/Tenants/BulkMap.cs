using System.Globalization;
using NpgsqlTypes;

namespace Pulse.Tenancy;

/// <summary>
/// How objects become rows of a tenant's table: one INSERT whose columns travel as arrays (<c>unnest</c>). Row-Level Security
/// refuses COPY, not this. Build it once, then use it from any thread.
/// </summary>
/// <typeparam name="T">What becomes a row.</typeparam>
public sealed class BulkMap<T>
{
    /// <summary>PostgreSQL's own limit for the columns of a table.</summary>
    private const int MaxColumns = 1600;

    private readonly string _table;
    private readonly string _tenantColumn;
    private readonly List<BulkColumn<T>> _columns = [];

    /// <summary>Begins a map without columns.</summary>
    /// <param name="schema">Schema of the table.</param>
    /// <param name="table">The table.</param>
    /// <param name="tenantColumn">The column that holds the tenant; filled in by this package, never by a row.</param>
    /// <exception cref="ArgumentException">A name is empty, longer than 63 bytes or holds a NUL.</exception>
    public BulkMap(string schema, string table, string tenantColumn = "tenant_id")
    {
        _table = $"{SqlName.Quote(schema)}.{SqlName.Quote(table)}";
        _tenantColumn = tenantColumn;
        _ = SqlName.Quote(tenantColumn);
    }

    /// <summary>
    /// Whether rows whose key is taken are skipped (<c>ON CONFLICT DO NOTHING</c>) instead of refusing the whole statement.
    /// Default false.
    /// </summary>
    public bool SkipExisting { get; init; }

    /// <summary>Adds a column.</summary>
    /// <typeparam name="TValue">The value's type; a nullable one for columns that may hold NULL.</typeparam>
    /// <param name="column">The column's name, as the table has it.</param>
    /// <param name="type">The column's type. Array, range and multirange columns cannot travel this way.</param>
    /// <param name="value">Reads the value from a row.</param>
    /// <returns>This map.</returns>
    /// <exception cref="ArgumentException">The name is no name, is the tenant's column or came before, or the type cannot travel.</exception>
    public BulkMap<T> Add<TValue>(string column, NpgsqlDbType type, Func<T, TValue> value)
    {
        var quoted = SqlName.Quote(column);
        ArgumentNullException.ThrowIfNull(value);
        if (column == _tenantColumn)
        {
            throw new ArgumentException($"Column {column} holds the tenant, which is the call's, never a row's. Leave it out.", nameof(column));
        }

        if (_columns.Exists(existing => existing.Name == quoted))
        {
            throw new ArgumentException($"Column {column} is mapped already.", nameof(column));
        }

        if (type <= 0 || (type & (NpgsqlDbType.Array | NpgsqlDbType.Range | NpgsqlDbType.Multirange)) != 0)
        {
            throw new ArgumentException($"Column {column}: arrays and ranges cannot travel as elements of an array. Use a statement of your own.", nameof(type));
        }

        if (_columns.Count == MaxColumns)
        {
            throw new ArgumentException($"A table has at most {MaxColumns} columns.", nameof(column));
        }

        _columns.Add(new BulkColumn<T, TValue>(quoted, type, value));
        return this;
    }

    internal (string Sql, object?[] Parameters) Write(TenantId tenant, IReadOnlyList<T> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (_columns.Count == 0)
        {
            throw new ArgumentException("The map has no column. Call Add first.", nameof(rows));
        }

        if (rows.Count is 0 or > BulkLimits.MaxRows)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"{rows.Count} rows were given; one INSERT takes 1 to {BulkLimits.MaxRows} (BulkLimits.MaxRows). Split larger sets."),
                nameof(rows));
        }

        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i] is null)
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Row {i} is null."), nameof(rows));
            }
        }

        return (Sql(), [tenant.Value, .. _columns.Select(column => column.Collect(rows))]);
    }

    // The tenant is one parameter and not a default of the column, which the server would ask a function for at each row.
    private string Sql()
    {
        var names = string.Join(", ", _columns.Select(column => column.Name));
        var arrays = string.Join(", ", _columns.Select((_, index) => string.Create(CultureInfo.InvariantCulture, $"unnest(${index + 2})")));
        var conflict = SkipExisting ? " ON CONFLICT DO NOTHING" : string.Empty;
        return $"INSERT INTO {_table} ({SqlName.Quote(_tenantColumn)}, {names}) SELECT $1, rows.* FROM ROWS FROM ({arrays}) AS rows{conflict}";
    }
}
