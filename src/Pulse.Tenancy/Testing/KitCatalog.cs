namespace Pulse.Tenancy.Testing;

/// <summary>The schema under attack: tenants' tables that tenants' statements reach, and all that hangs on them.</summary>
internal sealed class KitCatalog(CatalogSnapshot catalog, IReadOnlyList<ViewTarget> views)
{
    public bool IsSealed => catalog.Server.Sealed;

    public IEnumerable<KitTarget> Tables => Reached.Select(table => new KitTarget(ObjectName.Table(table), table));

    public IEnumerable<KitTarget> Partitions =>
        from partition in catalog.Tables
        join table in Reached on partition.Root equals new TableName(table.Schema, table.Name)
        select new KitTarget(ObjectName.Table(partition), table) { Relation = SqlName.Quote(partition.Schema, partition.Name) };

    /// <summary>Views that show a tenant's id: of the others nobody can say from outside whose rows they count.</summary>
    public IEnumerable<KitTarget> Views =>
        from view in views
        join table in Reached on new TableName(view.TableSchema, view.Table) equals new TableName(table.Schema, table.Name)
        select new KitTarget($"view {ObjectName.Of(view.Schema, view.Name)} over {ObjectName.Of(table.Schema, table.Name)}", table)
        {
            Relation = SqlName.Quote(view.Schema, view.Name),
            IsMaterialized = view.IsMaterialized,
        };

    /// <summary>Foreign keys between tenants' tables that say more than which tenant.</summary>
    public IEnumerable<KitTarget> ForeignKeys =>
        from key in catalog.ForeignKeys
        join table in Reached on new TableName(key.Schema, key.Table) equals new TableName(table.Schema, table.Name)
        where Reached.Any(referenced => new TableName(referenced.Schema, referenced.Name) == key.Referenced)
        where key.Columns.Any(column => column != KeySql.Tenant)
        select new KitTarget(ObjectName.On("constraint", key.Name, key.Schema, key.Table), table) { Key = key };

    public bool KeyHasTenant(string? constraint, TableFacts table) =>
        !catalog.Keys.Any(key => key.Name == constraint && key.Schema == table.Schema && key.Table == table.Name && !key.Columns.Contains(KeySql.Tenant));

    /// <summary>Columns a row must fill so that every key of the table can be tried.</summary>
    public IReadOnlySet<string> KeyColumns(TableName table) =>
        catalog.Keys.Where(key => new TableName(key.Schema, key.Table) == table).SelectMany(key => key.Columns).ToHashSet();

    private IEnumerable<TableFacts> Reached => catalog.TenantTables.Where(table => table.Rights.Count > 0);
}

/// <summary>A view with a column <c>tenant_id</c>, and a table it reads.</summary>
internal sealed record ViewTarget(string Schema, string Name, bool IsMaterialized, string TableSchema, string Table);
