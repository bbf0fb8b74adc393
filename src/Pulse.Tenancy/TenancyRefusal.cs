namespace Pulse.Tenancy;

/// <summary>What a refusal of the server has to do with tenants, see <see cref="TenancyErrors.Explain"/>.</summary>
public enum TenancyRefusal
{
    /// <summary>SQLSTATE PT401: a protected table was touched without a tenant.</summary>
    NoTenant,

    /// <summary>SQLSTATE PT402: the tenant's seal is forged, expired, or of a key the server does not know.</summary>
    BadSeal,

    /// <summary>SQLSTATE PT403: no committed, unexpired grant covers the operator's access.</summary>
    OperatorNotAudited,

    /// <summary>SQLSTATE 42501 of a policy: a row of another tenant was to be written.</summary>
    TenantViolation,
}
