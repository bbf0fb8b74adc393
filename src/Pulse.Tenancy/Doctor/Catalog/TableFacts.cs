namespace Pulse.Tenancy;

/// <summary>A table by name.</summary>
internal sealed record TableName(string Schema, string Name);

/// <summary>A table, and what tenants' statements may do with it.</summary>
internal sealed record TableFacts
{
    public required string Schema { get; init; }

    public required string Name { get; init; }

    public bool IsPartition { get; init; }

    /// <summary>The table a partition belongs to in the end; otherwise null.</summary>
    public TableName? Root { get; init; }

    public required string Owner { get; init; }

    public bool OwnerBypasses { get; init; }

    public bool RowSecurity { get; init; }

    public bool Forced { get; init; }

    /// <summary>Whether it has a column <c>tenant_id</c>.</summary>
    public bool HasTenant { get; init; }

    public bool TenantNotNull { get; init; }

    public string? TenantDefault { get; init; }

    /// <summary>A valid index without a condition begins with <c>tenant_id</c>.</summary>
    public bool TenantIndex { get; init; }

    /// <summary>What PUBLIC, the tenants' role or one of its logins may do, on the table or on a column.</summary>
    public IReadOnlyList<string> Rights { get; init; } = [];
}

/// <summary>A policy, its expressions as the server writes them.</summary>
internal sealed record PolicyFacts
{
    public required string Schema { get; init; }

    public required string Table { get; init; }

    public required string Name { get; init; }

    public required bool Permissive { get; init; }

    public required bool ForAll { get; init; }

    public required bool ToPublic { get; init; }

    /// <summary>Whether it speaks to PUBLIC, the tenants' role or one of its logins.</summary>
    public required bool AppliesToApp { get; init; }

    public string? Using { get; init; }

    public string? Check { get; init; }
}

/// <summary>A unique index, and the constraint it serves if it does.</summary>
internal sealed record KeyFacts
{
    public required string Schema { get; init; }

    public required string Table { get; init; }

    public required string Name { get; init; }

    /// <summary>"p" primary key, "u" unique constraint, otherwise null: an index alone.</summary>
    public string? Constraint { get; init; }

    /// <summary>Its columns; an expression counts as none.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    public bool HasExpressions { get; init; }

    public bool IsPartial { get; init; }

    public required string Definition { get; init; }

    public bool IsReferenced { get; init; }
}

/// <summary>A foreign key.</summary>
internal sealed record ForeignKeyFacts
{
    public required string Schema { get; init; }

    public required string Table { get; init; }

    public required string Name { get; init; }

    public required TableName Referenced { get; init; }

    public IReadOnlyList<string> Columns { get; init; } = [];

    public IReadOnlyList<string> ReferencedColumns { get; init; } = [];

    /// <summary>As in pg_constraint: a no action, r restrict, c cascade, n set null, d set default.</summary>
    public required string OnDelete { get; init; }
}
