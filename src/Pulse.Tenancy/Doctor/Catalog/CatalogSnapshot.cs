namespace Pulse.Tenancy;

/// <summary>All that the rules judge, read in one transaction.</summary>
internal sealed record CatalogSnapshot
{
    private const string OwnSchema = "pulse";

    public string AppRole { get; init; } = "pulse_app";

    public required ServerFacts Server { get; init; }

    public IReadOnlyList<RoleFacts> Roles { get; init; } = [];

    public IReadOnlyList<TableFacts> Tables { get; init; } = [];

    public IReadOnlyList<PolicyFacts> Policies { get; init; } = [];

    public IReadOnlyList<KeyFacts> Keys { get; init; } = [];

    public IReadOnlyList<ForeignKeyFacts> ForeignKeys { get; init; } = [];

    public IReadOnlyList<ViewFacts> Views { get; init; } = [];

    public IReadOnlyList<FunctionFacts> Functions { get; init; } = [];

    public PlaceFacts Places { get; init; } = new();

    public IReadOnlyList<PlanFacts> Plans { get; init; } = [];

    /// <summary>The list of system tables, as the database keeps it.</summary>
    public IReadOnlyList<TableName> SystemTables { get; init; } = [];

    /// <summary>What could not be looked at, and why.</summary>
    public IReadOnlyList<string> NotSeen { get; init; } = [];

    /// <summary>Everybody tenants' statements may run as, for a REVOKE.</summary>
    public string Grantees => string.Join(", ", Roles.Select(role => SqlName.Quote(role.Name)).Prepend("PUBLIC"));

    /// <summary>Tables whose rows belong to tenants, and that tenants' statements can touch or that have policies.</summary>
    public IEnumerable<TableFacts> TenantTables => Tables.Where(IsTenantTable);

    public TableFacts? Find(TableName name) => Tables.FirstOrDefault(table => table.Schema == name.Schema && table.Name == name.Name);

    public IEnumerable<PolicyFacts> PoliciesOf(TableFacts table) =>
        Policies.Where(policy => policy.Schema == table.Schema && policy.Table == table.Name);

    public bool IsSystem(TableFacts table)
    {
        var listed = table.Root ?? new TableName(table.Schema, table.Name);
        return table.Schema == OwnSchema || SystemTables.Contains(listed);
    }

    private bool IsTenantTable(TableFacts table)
    {
        if (!table.HasTenant || table.IsPartition || IsSystem(table))
        {
            return false;
        }

        return table.RowSecurity || table.Rights.Count > 0;
    }
}
