namespace Pulse.Tenancy;

/// <summary>Which logins reach PostgreSQL and which roles they take. Validated when the host starts.</summary>
/// <remarks>
/// Each connection string names its own login. Refused in all of them: <c>Multiplexing=true</c>, <c>Enlist=true</c>,
/// <c>No Reset On Close=true</c>, <c>Include Error Detail=true</c>, and <c>Options</c> that set a role or the tenant.
/// </remarks>
public sealed class PulseTenancyOptions
{
    /// <summary>The configuration section these options are usually bound from.</summary>
    public const string SectionName = "Pulse:Tenancy";

    /// <summary>Service key of the <see cref="ITenantDatabase"/> that uses <see cref="DirectConnectionString"/>.</summary>
    public const string DirectKey = "direct";

    /// <summary>Connection string of the application's login, a member of <see cref="AppRole"/> alone. Required.</summary>
    public string AppConnectionString { get; set; } = string.Empty;

    /// <summary>
    /// The application login's connection string around the pooler, for background work, advisory locks and long
    /// transactions; null (the default) when <see cref="AppConnectionString"/> is direct already. It names the same login.
    /// </summary>
    public string? DirectConnectionString { get; set; }

    /// <summary>
    /// What the connection strings lead to, <see cref="DirectConnectionString"/> apart. Default <see cref="TenantPooler.None"/>.
    /// </summary>
    public TenantPooler Pooler { get; set; }

    /// <summary>
    /// Sealed mode: the tenant travels signed, so that even a whole statement brought in by an injection cannot name another
    /// one. Needed where foreign code sends statements of its own (EF Core, a raw connection) and where set_config cannot be
    /// revoked; the schema must have been sealed. Null (the default): the latch alone.
    /// </summary>
    public TenantSealOptions? Seal { get; set; }

    /// <summary>
    /// Connection string of the operators' reading login, a member of <see cref="OperatorRole"/> alone; null (the default)
    /// when this process serves no operators.
    /// </summary>
    public string? OperatorConnectionString { get; set; }

    /// <summary>
    /// Connection string of the operators' writing login, a member of <see cref="OperatorWriteRole"/> alone; null (the
    /// default) when operators never write.
    /// </summary>
    public string? OperatorWriteConnectionString { get; set; }

    /// <summary>The role tenants' statements run as, bound by Row-Level Security. Default <c>pulse_app</c>.</summary>
    public string AppRole { get; set; } = "pulse_app";

    /// <summary>The role operators read as. Default <c>pulse_operator</c>.</summary>
    public string OperatorRole { get; set; } = "pulse_operator";

    /// <summary>The role operators write as. Default <c>pulse_operator_write</c>.</summary>
    public string OperatorWriteRole { get; set; } = "pulse_operator_write";
}
