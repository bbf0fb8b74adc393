namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>Keycloak's paths under the realm "pulse".</summary>
internal static class ProviderPaths
{
    public const string Realm = "/realms/pulse";
    public const string Discovery = Realm + "/.well-known/openid-configuration";
    public const string Authorization = Realm + "/protocol/openid-connect/auth";
    public const string Token = Realm + "/protocol/openid-connect/token";
    public const string Keys = Realm + "/protocol/openid-connect/certs";
    public const string EndSession = Realm + "/protocol/openid-connect/logout";
    public const string UserInfo = Realm + "/protocol/openid-connect/userinfo";
    public const string Revocation = Realm + "/protocol/openid-connect/revoke";

    /// <summary>Where the sign-in form is posted; no part of the protocol.</summary>
    public const string SignIn = Realm + "/login-actions/authenticate";
}
