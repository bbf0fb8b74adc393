namespace Pulse.Tenancy;

/// <summary>What happens to the rows that refer to a row when it is deleted.</summary>
public enum TenantReferentialAction
{
    /// <summary>The delete is refused when the statement, or a deferred constraint's transaction, ends.</summary>
    NoAction,

    /// <summary>The delete is refused at once.</summary>
    Restrict,

    /// <summary>They are deleted as well: always rows of the same tenant.</summary>
    Cascade,

    /// <summary>Their columns other than <c>tenant_id</c> become null.</summary>
    SetNull,

    /// <summary>Their columns other than <c>tenant_id</c> take their defaults.</summary>
    SetDefault,
}
