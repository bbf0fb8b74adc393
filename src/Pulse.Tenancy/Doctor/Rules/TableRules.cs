namespace Pulse.Tenancy;

/// <summary>T01, T02, T03, T05, T06, T07, T36, T41: what protects a table itself.</summary>
internal static class TableRules
{
    private static readonly string[] Data = ["SELECT", "INSERT", "UPDATE", "DELETE"];

    public static IEnumerable<DoctorFinding> Judge(CatalogSnapshot catalog) =>
        catalog.Tables.Where(table => !table.IsPartition || catalog.IsSystem(table)).SelectMany(table => RowSecurity(catalog, table))
            .Concat(catalog.TenantTables.SelectMany(table => TenantTable(catalog, table)))
            .Concat(catalog.Tables.Where(table => table.IsPartition && !catalog.IsSystem(table)).SelectMany(table => Partition(catalog, table)))
            .Concat(SystemTables(catalog));

    private static IEnumerable<DoctorFinding> RowSecurity(CatalogSnapshot catalog, TableFacts table)
    {
        var rights = table.Rights.Intersect(Data).ToList();
        if (table.RowSecurity || rights.Count == 0 || IsListOfSystemTables(table, rights))
        {
            yield break;
        }

        var name = SqlName.Quote(table.Schema, table.Name);
        var granted = string.Join(", ", rights);
        if (catalog.IsSystem(table))
        {
            yield return RuleBook.NoRowSecurity.At(
                ObjectName.Table(table), $"A system table without row security is open to tenants' statements: {granted}.", Revoke(catalog, name));
        }
        else if (table.HasTenant)
        {
            yield return RuleBook.NoRowSecurity.At(
                ObjectName.Table(table), $"Open to tenants' statements ({granted}) without row security: TenantSchema.Protect closes it.", ProtectSql.Table(table.Schema, table.Name).Trim());
        }
        else if (rights is ["SELECT"])
        {
            yield return RuleBook.NoRowSecurity.At(
                ObjectName.Table(table), "It has no tenant_id: every tenant reads the same rows. Accept it if they are meant for all.", severity: DoctorSeverity.Warning);
        }
        else
        {
            yield return RuleBook.NoRowSecurity.At(
                ObjectName.Table(table),
                $"It has no tenant_id, and each tenant changes the rows of all ({granted}).",
                $"REVOKE INSERT, UPDATE, DELETE ON TABLE {name} FROM {catalog.Grantees};");
        }
    }

    private static IEnumerable<DoctorFinding> TenantTable(CatalogSnapshot catalog, TableFacts table)
    {
        var name = SqlName.Quote(table.Schema, table.Name);
        var place = ObjectName.Table(table);
        if (table.RowSecurity && !table.Forced)
        {
            yield return RuleBook.NotForced.At(place, $"Its owner {ObjectName.Of(table.Owner)} is bound by no policy.", $"ALTER TABLE {name} FORCE ROW LEVEL SECURITY;");
        }

        if (table.RowSecurity && !catalog.PoliciesOf(table).Any(policy => policy.Permissive && policy.AppliesToApp))
        {
            yield return RuleBook.NoPolicy.At(place, "No policy shows a tenant its rows.", ProtectSql.OwnPolicy(name));
        }

        if (!table.TenantNotNull)
        {
            yield return RuleBook.NullableTenant.At(place, "tenant_id may be null.", ProtectSql.NotNull(name));
        }

        if (!table.TenantIndex)
        {
            yield return RuleBook.NoIndex.At(place, "No index begins with tenant_id.", ProtectSql.Index(name));
        }

        if (table.TenantDefault is null && table.Rights.Contains("INSERT"))
        {
            yield return RuleBook.NoDefault.At(place, "tenant_id has no default.", ProtectSql.Default(name));
        }
    }

    private static IEnumerable<DoctorFinding> Partition(CatalogSnapshot catalog, TableFacts table)
    {
        var root = table.Root is null ? null : catalog.Find(table.Root);
        if (root is not { HasTenant: true })
        {
            yield break;
        }

        var fix = ProtectSql.Partitions(root.Schema, root.Name).Trim();
        if (table.Rights.Count > 0)
        {
            yield return RuleBook.OpenPartition.At(
                ObjectName.Table(table), $"Tenants' statements may reach this partition past its table ({string.Join(", ", table.Rights)}): TenantSchema.ProtectPartitions closes it.", fix);
        }
        else if (root.RowSecurity && !IsClosed(catalog, table))
        {
            yield return RuleBook.OpenPartition.At(
                ObjectName.Table(table), "It has not the policies of its table: one GRANT would open it. TenantSchema.ProtectPartitions brings them.", fix, DoctorSeverity.Warning);
        }
    }

    private static IEnumerable<DoctorFinding> SystemTables(CatalogSnapshot catalog) =>
        from name in catalog.SystemTables
        where catalog.Find(name) is null
        select RuleBook.StaleSystemTable.At(
            "table " + ObjectName.Of(name.Schema, name.Name),
            "It is in the list of system tables and does not exist.",
            $"DELETE FROM pulse.system_table WHERE table_schema = {SqlName.Literal(name.Schema)} AND table_name = {SqlName.Literal(name.Name)};");

    private static bool IsClosed(CatalogSnapshot catalog, TableFacts table)
    {
        if (!table.RowSecurity || !table.Forced)
        {
            return false;
        }

        // Without any policy a partition shows nothing to whoever is granted it.
        return catalog.PoliciesOf(table).All(policy => !policy.Permissive) || catalog.PoliciesOf(table).Any(PolicyRules.IsGuard);
    }

    private static bool IsListOfSystemTables(TableFacts table, IReadOnlyList<string> rights) =>
        table is { Schema: "pulse", Name: "system_table" } && rights is ["SELECT"];

    private static string Revoke(CatalogSnapshot catalog, string name) => $"REVOKE ALL ON TABLE {name} FROM {catalog.Grantees};";
}
