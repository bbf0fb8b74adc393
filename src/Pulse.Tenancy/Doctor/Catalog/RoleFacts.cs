namespace Pulse.Tenancy;

/// <summary>The tenants' role, or a login that may take it.</summary>
internal sealed record RoleFacts
{
    public required string Name { get; init; }

    /// <summary>The tenants' role itself, not a login.</summary>
    public bool IsAppRole { get; init; }

    public bool CanLogin { get; init; }

    public bool Superuser { get; init; }

    public bool Bypasses { get; init; }

    public bool Inherits { get; init; }

    /// <summary>CREATEROLE, CREATEDB or REPLICATION.</summary>
    public bool OtherAttributes { get; init; }

    /// <summary>How many objects of this database, or of the cluster, it owns.</summary>
    public long Owned { get; init; }

    /// <summary>The roles it reaches by membership, otherwise than through the tenants' role.</summary>
    public IReadOnlyList<ReachedRole> Reaches { get; init; } = [];
}

/// <summary>A role that another can become.</summary>
internal sealed record ReachedRole
{
    public required string Name { get; init; }

    /// <summary>The membership to take away: the first step on the way.</summary>
    public required string Through { get; init; }

    public bool Superuser { get; init; }

    public bool Bypasses { get; init; }

    public bool OwnsTables { get; init; }

    /// <summary>One of PostgreSQL's own roles that read or write files or run programs of the server.</summary>
    public bool ServerAccess { get; init; }
}
