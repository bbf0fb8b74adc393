namespace Pulse.Auth;

/// <summary>Claim types of the principals Pulse.Auth builds: the token's own names, never renamed.</summary>
public static class PulseClaimTypes
{
    /// <summary>The subject.</summary>
    public const string Subject = "sub";

    /// <summary>The tenant; absent for operators.</summary>
    public const string TenantId = "tenant_id";

    /// <summary>One claim for each realm role.</summary>
    public const string Role = "role";

    /// <summary>The name to show.</summary>
    public const string PreferredUsername = "preferred_username";

    /// <summary>The provider's session.</summary>
    public const string SessionId = "sid";

    /// <summary>The client the token was issued to.</summary>
    public const string ClientId = "azp";
}
