using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Pulse.Benchmarks.Auth;

/// <summary>
/// JsonWebTokenHandler as ASP.NET Core's JwtBearer calls it: parameters cloned for each request, keys from a configuration manager.
/// The manager holds its configuration already, so nothing of a network is measured.
/// </summary>
internal sealed class JwtBearerPeer
{
    public const string Name = "JsonWebTokenHandler as JwtBearer calls it";

    private readonly JsonWebTokenHandler _handler = new();
    private readonly TokenValidationParameters _parameters;
    private readonly StaticConfigurationManager<OpenIdConnectConfiguration> _configuration;

    public JwtBearerPeer(string keySet)
    {
        var configuration = new OpenIdConnectConfiguration { Issuer = KeycloakToken.Issuer, JsonWebKeySet = new JsonWebKeySet(keySet) };
        foreach (var key in configuration.JsonWebKeySet.GetSigningKeys())
        {
            configuration.SigningKeys.Add(key);
        }

        _configuration = new StaticConfigurationManager<OpenIdConnectConfiguration>(configuration);
        _parameters = new TokenValidationParameters { ValidAudience = KeycloakToken.Audience };
    }

    public async ValueTask<bool> AcceptsAsync(string token)
    {
        var parameters = _parameters.Clone();
        parameters.ConfigurationManager = _configuration;
        return (await _handler.ValidateTokenAsync(token, parameters)).IsValid;
    }
}
