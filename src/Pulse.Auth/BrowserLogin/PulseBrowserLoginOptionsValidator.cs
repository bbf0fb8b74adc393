using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Pulse.Auth;

/// <summary>Refuses at start a login that could not work, or would be unsafe.</summary>
internal sealed class PulseBrowserLoginOptionsValidator(
    IServiceProviderIsService registered,
    IOptionsMonitor<PulseJwtOptions> jwt,
    IHostEnvironment? environment = null)
    : IValidateOptions<PulseBrowserLoginOptions>
{
    public ValidateOptionsResult Validate(string? name, PulseBrowserLoginOptions options)
    {
        if (!registered.IsService(typeof(IPulseTokenValidator)))
        {
            return ValidateOptionsResult.Fail("AddPulseBrowserLogin needs AddPulseJwt: the session's identity comes from a validated access token.");
        }

        var problems = new List<string>();
        var issuers = jwt.Get(PulseJwtDefaults.AuthenticationScheme).Issuers;
        if (!issuers.Any(issuer => string.Equals(issuer.Issuer, options.Issuer, StringComparison.Ordinal)))
        {
            problems.Add($"AddPulseBrowserLogin: Issuer '{options.Issuer}' is none of the issuers of AddPulseJwt; its access tokens would all be refused.");
        }
        else
        {
            CheckAddress(options, problems);
        }

        if (string.IsNullOrWhiteSpace(options.ClientId))
        {
            problems.Add("AddPulseBrowserLogin: ClientId is empty; set the client registered at the provider.");
        }

        if (!options.Scopes.Contains("openid"))
        {
            problems.Add("AddPulseBrowserLogin: Scopes lacks 'openid'; without it the provider sends no ID token.");
        }

        if (options.AbsoluteTimeout > TimeSpan.FromHours(24) || options.IdleTimeout < TimeSpan.FromMinutes(1) || options.IdleTimeout > options.AbsoluteTimeout)
        {
            problems.Add("AddPulseBrowserLogin: set IdleTimeout from one minute to AbsoluteTimeout, and AbsoluteTimeout up to 24 hours.");
        }

        CheckPath(options.CallbackPath, nameof(options.CallbackPath), problems);
        CheckPath(options.SignedOutCallbackPath, nameof(options.SignedOutCallbackPath), problems);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void CheckPath(string path, string name, List<string> problems)
    {
        if (!path.StartsWith('/'))
        {
            problems.Add($"AddPulseBrowserLogin: {name} must begin with '/'.");
        }
    }

    private void CheckAddress(PulseBrowserLoginOptions options, List<string> problems)
    {
        if (options.AllowHttpMetadata && environment?.IsDevelopment() != true)
        {
            problems.Add("AddPulseBrowserLogin: AllowHttpMetadata is allowed in the Development environment only; serve the provider over https.");
        }

        var address = options.MetadataAddress ?? KeySetAddress.DiscoveryAddress(options.Issuer);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttps && !options.AllowHttpMetadata))
        {
            problems.Add($"AddPulseBrowserLogin: '{address}' is not https; change the address, or set AllowHttpMetadata in Development.");
        }
    }
}
