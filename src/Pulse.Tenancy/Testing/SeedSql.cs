using System.Text.Json.Serialization;

namespace Pulse.Tenancy.Testing;

/// <summary>Rows made up from the types of their columns.</summary>
internal static class SeedSql
{
    /// <exception cref="NotSupportedException">A column that must be filled has a type unknown here.</exception>
    public static string Insert(TableName table, IReadOnlyList<SeedColumn> columns, IReadOnlySet<string> keys, TenantId tenant, int number)
    {
        var filled = columns.Where(column => !column.Servers && (column.Required || column.Name == KeySql.Tenant || keys.Contains(column.Name))).ToList();
        var values = filled.ConvertAll(column => column.Value(tenant, number)
            ?? throw new NotSupportedException(
                $"Column {column.Name} of {ObjectName.Of(table.Schema, table.Name)} has type {column.Type}, for which no value is known. Give an INSERT in TenantIsolationOptions.Seeds[\"{table.Schema}.{table.Name}\"]."));
        return $"INSERT INTO {SqlName.Quote(table.Schema, table.Name)} ({SqlName.List(filled.Select(column => column.Name))}) VALUES ({string.Join(", ", values)})";
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<SeedColumn>))]
[JsonSerializable(typeof(IReadOnlyList<ViewTarget>))]
internal sealed partial class SeedJson : JsonSerializerContext;
