namespace Pulse.Tenancy;

/// <summary>T08 and T09: constraints that see past every policy.</summary>
internal static class KeyRules
{
    public static IEnumerable<DoctorFinding> Judge(CatalogSnapshot catalog)
    {
        var tables = catalog.TenantTables.Select(table => new TableName(table.Schema, table.Name)).ToHashSet();
        var unique = catalog.Keys
            .Where(key => tables.Contains(new(key.Schema, key.Table)) && !key.Columns.Contains(KeySql.Tenant))
            .Select(Unique);
        var foreign = catalog.ForeignKeys
            .Where(key => tables.Contains(new(key.Schema, key.Table)) && tables.Contains(key.Referenced) && !PairsTenants(key))
            .Select(key => Foreign(catalog, key));
        return unique.Concat(foreign);
    }

    /// <summary>The tenant of one side is compared with the tenant of the other.</summary>
    private static bool PairsTenants(ForeignKeyFacts key) =>
        key.Columns.Zip(key.ReferencedColumns).Any(pair => pair is { First: KeySql.Tenant, Second: KeySql.Tenant });

    private static DoctorFinding Unique(KeyFacts key)
    {
        var columns = key.HasExpressions ? "an expression" : string.Join(", ", key.Columns);
        var kind = key.Constraint is null ? "index" : "constraint";
        return RuleBook.KeyWithoutTenant.At(
            ObjectName.On(kind, key.Name, key.Schema, key.Table), $"Unique over all tenants: {columns}.", key.IsReferenced ? null : UniqueFix(key));
    }

    private static string UniqueFix(KeyFacts key) => key.Constraint is null
        ? $"DROP INDEX {SqlName.Quote(key.Schema, key.Name)};\n{WithTenant(key.Definition)};"
        : KeySql.Unique(key.Schema, key.Table, key.Name, key.Columns, key.Constraint == "p");

    private static string WithTenant(string definition)
    {
        const string Columns = " USING btree (";
        var at = definition.IndexOf(Columns, StringComparison.Ordinal) + Columns.Length;
        return definition.Insert(at, KeySql.Tenant + ", ");
    }

    private static DoctorFinding Foreign(CatalogSnapshot catalog, ForeignKeyFacts key)
    {
        var target = ObjectName.Of(key.Referenced.Schema, key.Referenced.Name);
        var deletes = key.OnDelete is "c" or "n" or "d" ? " Deleting a row there changes other tenants' rows here." : string.Empty;
        return RuleBook.ForeignKeyWithoutTenant.At(
            ObjectName.On("constraint", key.Name, key.Schema, key.Table),
            $"It refers to {target} ({string.Join(", ", key.ReferencedColumns)}) without the tenant.{deletes}",
            ForeignFix(catalog, key));
    }

    private static string ForeignFix(CatalogSnapshot catalog, ForeignKeyFacts key)
    {
        var wanted = new TenantForeignKey
        {
            Schema = key.Schema,
            Table = key.Table,
            Constraint = key.Name,
            Columns = key.Columns,
            ReferencedSchema = key.Referenced.Schema,
            ReferencedTable = key.Referenced.Name,
            ReferencedColumns = key.ReferencedColumns,
            OnDelete = key.OnDelete switch
            {
                "r" => TenantReferentialAction.Restrict,
                "c" => TenantReferentialAction.Cascade,
                "n" => TenantReferentialAction.SetNull,
                "d" => TenantReferentialAction.SetDefault,
                _ => TenantReferentialAction.NoAction,
            },
        };
        HashSet<string> columns = [.. key.ReferencedColumns, KeySql.Tenant];
        var exists = catalog.Keys.Any(candidate => new TableName(candidate.Schema, candidate.Table) == key.Referenced && CanBeReferenced(candidate, columns));
        return (exists ? string.Empty : KeySql.ReferencedKey(wanted) + "\n") + KeySql.Foreign(wanted);
    }

    private static bool CanBeReferenced(KeyFacts key, HashSet<string> columns)
    {
        if (key.HasExpressions || key.IsPartial)
        {
            return false;
        }

        return columns.SetEquals(key.Columns);
    }
}
