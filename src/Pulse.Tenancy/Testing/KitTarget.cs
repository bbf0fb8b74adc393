namespace Pulse.Tenancy.Testing;

/// <summary>What an attack aims at: a tenant's table, and of it a key, a partition or a view.</summary>
internal sealed record KitTarget(string Place, TableFacts Table)
{
    public ForeignKeyFacts? Key { get; init; }

    /// <summary>The partition or view, quoted.</summary>
    public string? Relation { get; init; }

    public bool IsMaterialized { get; init; }

    public string Name => SqlName.Quote(Table.Schema, Table.Name);
}
