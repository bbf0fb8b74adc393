namespace Pulse.Tenancy;

/// <summary>A view ("v"), materialized view ("m") or foreign table ("f") that tenants' statements may read.</summary>
internal sealed record ViewFacts
{
    public required string Schema { get; init; }

    public required string Name { get; init; }

    public required string Kind { get; init; }

    public bool SecurityInvoker { get; init; }

    public required string Owner { get; init; }

    public bool OwnerBypasses { get; init; }

    /// <summary>Every table it reads, through other views too.</summary>
    public IReadOnlyList<TableName> Reads { get; init; } = [];
}

/// <summary>A function that runs with its owner's rights or claims to be leakproof.</summary>
internal sealed record FunctionFacts
{
    public required string Schema { get; init; }

    public required string Name { get; init; }

    /// <summary>Types of its arguments, as DROP FUNCTION wants them.</summary>
    public required string Arguments { get; init; }

    public bool Definer { get; init; }

    public bool OwnerBypasses { get; init; }

    public required string Owner { get; init; }

    public bool HasSearchPath { get; init; }

    public bool Leakproof { get; init; }

    public bool IsTrigger { get; init; }

    /// <summary>Whether tenants' statements may call it.</summary>
    public bool Executable { get; init; }

    public IReadOnlyList<TableName> TriggerOn { get; init; } = [];
}

/// <summary>What the planner makes of reading a table under its policies.</summary>
internal sealed record PlanFacts(string Schema, string Table, string Plan);
