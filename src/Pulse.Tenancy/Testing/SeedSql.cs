using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pulse.Tenancy.Testing;

/// <summary>Rows made up from the types of their columns.</summary>
internal static class SeedSql
{
    public static async Task<IReadOnlyList<SeedColumn>> ColumnsAsync(AttackSession session, TableName table)
    {
        var text = (string)(await session.ScalarAsync($"""
            SELECT coalesce(json_agg(row_to_json(found)), '[]')::text FROM (
              SELECT a.attname AS name, format_type(b.oid, CASE WHEN b.oid = t.oid THEN a.atttypmod ELSE t.typtypmod END) AS type, b.typcategory AS category,
                (SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid = b.oid ORDER BY e.enumsortorder LIMIT 1) AS first_label,
                a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS required, a.attidentity = 'a' OR a.attgenerated <> '' AS servers
              FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
              JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
              WHERE a.attrelid = {SqlName.Literal(SqlName.Quote(table.Schema, table.Name))}::regclass AND a.attnum > 0 AND NOT a.attisdropped
              ORDER BY a.attnum) found
            """).ConfigureAwait(false))!;
        return JsonSerializer.Deserialize(text, SeedJson.Default.IReadOnlyListSeedColumn)!;
    }

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
