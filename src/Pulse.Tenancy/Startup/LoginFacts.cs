namespace Pulse.Tenancy;

/// <summary>What the server says about a login and the role it takes.</summary>
internal sealed record LoginFacts
{
    public required string Login { get; init; }

    /// <summary>The role the connection arrived in: the login itself, unless something set another.</summary>
    public required string CurrentUser { get; init; }

    public bool IsSuperuser { get; init; }

    public bool BypassesRls { get; init; }

    public bool Inherits { get; init; }

    /// <summary>CREATEROLE, CREATEDB or REPLICATION.</summary>
    public bool HasOtherAttributes { get; init; }

    /// <summary>Every role reached by membership, directly or not.</summary>
    public required IReadOnlyList<string> Memberships { get; init; }

    /// <summary>How many objects of the cluster the login or its role owns.</summary>
    public long Owned { get; init; }

    public bool RoleIsSuperuser { get; init; }

    public bool RoleBypassesRls { get; init; }

    public bool RoleCanLogin { get; init; }

    /// <summary>The latch is open: the role itself may call set_config.</summary>
    public bool RoleMayCallSetConfig { get; init; }
}
