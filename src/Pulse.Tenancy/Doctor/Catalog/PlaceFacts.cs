namespace Pulse.Tenancy;

/// <summary>The server, the database and who looks at it.</summary>
internal sealed record ServerFacts
{
    public int VersionNumber { get; init; }

    public required string Version { get; init; }

    public required string Database { get; init; }

    public required string Login { get; init; }

    public required string Role { get; init; }

    /// <summary><c>pulse.tenant_id()</c> exists.</summary>
    public bool Bootstrapped { get; init; }

    /// <summary><c>pulse.tenant_id()</c> believes sealed contexts only.</summary>
    public bool Sealed { get; init; }

    /// <summary>lo_compat_privileges is on.</summary>
    public bool LargeObjectsOpen { get; init; }

    /// <summary>Tenants' statements may make large objects.</summary>
    public bool LargeObjectsCreatable { get; init; }

    /// <summary>Tenants' statements may create temporary tables.</summary>
    public bool Temporary { get; init; }

    /// <summary>The tenants' role, or PUBLIC, may call set_config.</summary>
    public bool SetConfig { get; init; }
}

/// <summary>Everything else tenants' statements could reach; names only.</summary>
internal sealed record PlaceFacts
{
    /// <summary>Schemas tenants' statements may create in.</summary>
    public IReadOnlyList<string> CreatableSchemas { get; init; } = [];

    /// <summary>Trusted languages they may write DO blocks in.</summary>
    public IReadOnlyList<string> UsableLanguages { get; init; } = [];

    /// <summary>Untrusted languages that are installed.</summary>
    public IReadOnlyList<string> UntrustedLanguages { get; init; } = [];

    /// <summary>Extensions that reach out of the database.</summary>
    public IReadOnlyList<string> OutwardExtensions { get; init; } = [];

    /// <summary>Foreign servers they may use.</summary>
    public IReadOnlyList<string> UsableServers { get; init; } = [];

    public IReadOnlyList<TableName> ReadableSequences { get; init; } = [];

    public IReadOnlyList<DefaultPrivilegeFacts> DefaultPrivileges { get; init; } = [];

    public IReadOnlyList<PublicationFacts> Publications { get; init; } = [];
}

/// <summary>A right that objects made by <paramref name="Owner"/> get by themselves.</summary>
/// <param name="Owner">Whoever creates them.</param>
/// <param name="Schema">The schema it is limited to, or null.</param>
/// <param name="Kind">r tables, S sequences, f functions.</param>
/// <param name="Grantee">Who gets it; "PUBLIC" for everybody.</param>
internal sealed record DefaultPrivilegeFacts(string Owner, string? Schema, string Kind, string Grantee);

/// <summary>A publication and the tables it shows without a row filter.</summary>
internal sealed record PublicationFacts(string Name, bool AllTables, IReadOnlyList<TableName> Tables);
