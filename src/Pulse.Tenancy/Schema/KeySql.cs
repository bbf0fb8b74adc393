namespace Pulse.Tenancy;

/// <summary>Keys that begin with the tenant, so that no constraint can tell one tenant what another has.</summary>
internal static class KeySql
{
    public const string Tenant = "tenant_id";

    public static string Unique(string schema, string table, string constraint, IReadOnlyList<string> columns, bool primary)
    {
        var name = SqlName.Quote(schema, table);
        var kind = primary ? "PRIMARY KEY" : "UNIQUE";
        return $"ALTER TABLE {name} DROP CONSTRAINT IF EXISTS {SqlName.Quote(constraint)}, "
            + $"ADD CONSTRAINT {SqlName.Quote(constraint)} {kind} ({Columns(columns)});";
    }

    public static string ReferencedKey(TenantForeignKey key) =>
        $"ALTER TABLE {SqlName.Quote(key.ReferencedSchema, key.ReferencedTable)} ADD UNIQUE ({Columns(key.ReferencedColumns)});";

    public static string Foreign(TenantForeignKey key) =>
        $"ALTER TABLE {SqlName.Quote(key.Schema, key.Table)} DROP CONSTRAINT IF EXISTS {SqlName.Quote(key.Constraint)}, "
        + $"ADD CONSTRAINT {SqlName.Quote(key.Constraint)} FOREIGN KEY ({Columns(key.Columns)}) "
        + $"REFERENCES {SqlName.Quote(key.ReferencedSchema, key.ReferencedTable)} ({Columns(key.ReferencedColumns)}){Action(key)};";

    /// <summary>The unique key, unless a constraint of that name is led by the tenant already.</summary>
    public static string UniqueOnce(string schema, string table, string constraint, IReadOnlyList<string> columns, bool primary) => Once(
        IsLedByTenant(schema, table, constraint), Unique(schema, table, constraint, columns, primary));

    /// <summary>The foreign key, and before it the key it refers to where that is missing.</summary>
    public static string ForeignOnce(TenantForeignKey key) =>
        Once(HasKey(key.ReferencedSchema, key.ReferencedTable, key.ReferencedColumns), ReferencedKey(key))
        + Once(IsLedByTenant(key.Schema, key.Table, key.Constraint), Foreign(key));

    private static string Once(string condition, string statement) => SqlName.Block($"""
        BEGIN
          IF NOT EXISTS ({condition}) THEN
            {statement}
          END IF;
        END
        """) + "\n";

    private static string IsLedByTenant(string schema, string table, string constraint) => $"""
        SELECT FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
            WHERE c.conrelid = {SqlName.Literal(SqlName.Quote(schema, table))}::regclass
              AND c.conname = {SqlName.Literal(constraint)} AND a.attname = '{Tenant}'
        """;

    private static string HasKey(string schema, string table, IReadOnlyList<string> columns) => $"""
        SELECT FROM pg_index i WHERE i.indrelid = {SqlName.Literal(SqlName.Quote(schema, table))}::regclass
            AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
            AND ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) ORDER BY 1)
              = ARRAY(SELECT unnest(ARRAY[{string.Join(", ", columns.Prepend(Tenant).Select(SqlName.Literal))}]) ORDER BY 1)
        """;

    private static string Columns(IReadOnlyList<string> columns)
    {
        ArgumentOutOfRangeException.ThrowIfZero(columns.Count, nameof(columns));
        return $"{Tenant}, {SqlName.List(columns)}";
    }

    // Without its list of columns SET NULL would make a row of nobody's out of each referring row.
    private static string Action(TenantForeignKey key) => key.OnDelete switch
    {
        TenantReferentialAction.Cascade => " ON DELETE CASCADE",
        TenantReferentialAction.Restrict => " ON DELETE RESTRICT",
        TenantReferentialAction.SetNull => $" ON DELETE SET NULL ({SqlName.List(key.Columns)})",
        TenantReferentialAction.SetDefault => $" ON DELETE SET DEFAULT ({SqlName.List(key.Columns)})",
        _ => string.Empty,
    };
}
