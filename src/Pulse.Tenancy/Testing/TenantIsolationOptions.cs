namespace Pulse.Tenancy.Testing;

/// <summary>The database to attack and who attacks it.</summary>
public sealed class TenantIsolationOptions
{
    /// <summary>
    /// A superuser of a test database with your schema. Every attack is one transaction of this connection that is always
    /// rolled back: it makes the rows of two tenants, becomes the attacking login by SET SESSION AUTHORIZATION, and attacks.
    /// </summary>
    public required string SuperuserConnectionString { get; init; }

    /// <summary>The application's login. Default <c>pulse_app_login</c>.</summary>
    public string AppLogin { get; init; } = "pulse_app_login";

    /// <summary>The tenants' role. Default <c>pulse_app</c>.</summary>
    public string AppRole { get; init; } = "pulse_app";

    /// <summary>The operators' login, or null when there is none. Default <c>pulse_operator_login</c>.</summary>
    public string? OperatorLogin { get; init; } = "pulse_operator_login";

    /// <summary>The operators' role. Default <c>pulse_operator</c>.</summary>
    public string OperatorRole { get; init; } = "pulse_operator";

    /// <summary>The tenant that attacks. Default <c>isolation-a</c>.</summary>
    public TenantId Attacker { get; init; } = TenantId.Parse("isolation-a");

    /// <summary>The tenant that is attacked. Default <c>isolation-b</c>.</summary>
    public TenantId Victim { get; init; } = TenantId.Parse("isolation-b");

    /// <summary>
    /// How to make a row of a tenant, by table (<c>public.devices</c>): one INSERT statement. Called with the tenant and a
    /// number that differs between the calls of one attack. Needed only where a row made up from the columns' types breaks a
    /// CHECK, or a column's type is unknown here. Foreign keys and triggers sleep while rows are made.
    /// </summary>
    public IDictionary<string, Func<TenantId, int, string>> Seeds { get; } = new Dictionary<string, Func<TenantId, int, string>>(StringComparer.Ordinal);
}
