namespace Pulse.Tenancy;

/// <summary>A foreign key between two tenants' tables, in its columns other than <c>tenant_id</c>.</summary>
public sealed record TenantForeignKey
{
    /// <summary>Schema of the table that refers.</summary>
    public required string Schema { get; init; }

    /// <summary>The table that refers.</summary>
    public required string Table { get; init; }

    /// <summary>Name of the constraint; one that exists under this name is replaced.</summary>
    public required string Constraint { get; init; }

    /// <summary>The columns that refer, without <c>tenant_id</c>; at least one.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Schema of the table referred to.</summary>
    public required string ReferencedSchema { get; init; }

    /// <summary>The table referred to.</summary>
    public required string ReferencedTable { get; init; }

    /// <summary>The columns referred to, without <c>tenant_id</c>, in the order of <see cref="Columns"/>.</summary>
    public required IReadOnlyList<string> ReferencedColumns { get; init; }

    /// <summary>What deleting the row referred to does. Default <see cref="TenantReferentialAction.NoAction"/>.</summary>
    public TenantReferentialAction OnDelete { get; init; }
}
