using Npgsql;
using NpgsqlTypes;

namespace Pulse.Tenancy;

/// <summary>One column of a <see cref="BulkMap{T}"/>.</summary>
internal abstract class BulkColumn<T>(string name)
{
    /// <summary>The column's name, quoted.</summary>
    public string Name => name;

    /// <summary>All rows' values as one array.</summary>
    public abstract NpgsqlParameter Collect(IReadOnlyList<T> rows);
}

/// <inheritdoc/>
internal sealed class BulkColumn<T, TValue>(string name, NpgsqlDbType type, Func<T, TValue> value) : BulkColumn<T>(name)
{
    public override NpgsqlParameter Collect(IReadOnlyList<T> rows)
    {
        var values = new TValue[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value(rows[i]);
        }

        return new NpgsqlParameter<TValue[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
    }
}
