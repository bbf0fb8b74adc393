using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Pulse.Auth;

/// <summary>Accepts a discovery document only from the configured issuer, whose ID tokens it then decides about.</summary>
internal sealed class PinnedConfiguration(string issuer) : IConfigurationValidator<OpenIdConnectConfiguration>
{
    public ConfigurationValidationResult Validate(OpenIdConnectConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);

        if (!string.Equals(configuration.Issuer, issuer, StringComparison.Ordinal))
        {
            return Invalid("The discovery document names another issuer than the one configured.");
        }

        return configuration.SigningKeys.Count == 0
            ? Invalid("The key set holds no signing key.")
            : new ConfigurationValidationResult { Succeeded = true };
    }

    private static ConfigurationValidationResult Invalid(string reason) => new() { Succeeded = false, ErrorMessage = reason };
}
