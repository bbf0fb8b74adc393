namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>The gate of everything that knows the development users' password.</summary>
internal static class DevelopmentOnly
{
    /// <exception cref="InvalidOperationException">The environment is not Development.</exception>
    public static void Require(string environmentName, string what)
    {
        if (!string.Equals(environmentName, Environments.Development, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException(
                $"{what} has users with a well-known password and starts in the environment Development alone, not in "
                + $"'{environmentName}'. Configure the issuer of your own Keycloak; deploy/keycloak/realm-pulse.json is its realm.");
        }
    }
}
