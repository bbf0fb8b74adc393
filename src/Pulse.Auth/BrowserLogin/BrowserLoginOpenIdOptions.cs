using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Pulse.Auth;

/// <summary>Sets up Microsoft's OpenID Connect handler: code with PKCE, nothing implicit, nothing renamed, nothing fetched unbounded.</summary>
internal sealed class BrowserLoginOpenIdOptions(
    IOptions<PulseBrowserLoginOptions> login,
    BrowserLoginEvents events,
    IHostEnvironment? environment = null)
    : IConfigureNamedOptions<OpenIdConnectOptions>
{
    private const int MaxAnswerBytes = 256 * 1024;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    public void Configure(OpenIdConnectOptions options)
    {
    }

    public void Configure(string? name, OpenIdConnectOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!string.Equals(name, PulseBrowserLoginDefaults.ChallengeScheme, StringComparison.Ordinal))
        {
            return;
        }

        var source = login.Value;
        options.ClientId = source.ClientId;
        options.ClientSecret = source.ClientSecret;
        options.SignInScheme = PulseBrowserLoginDefaults.SessionScheme;
        options.SignOutScheme = PulseBrowserLoginDefaults.SessionScheme;
        options.ResponseType = OpenIdConnectResponseType.Code;

        // A form post from another site carries no Lax cookie, and plain http allows no other.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.MapInboundClaims = false;
        options.SaveTokens = false;
        options.GetClaimsFromUserInfoEndpoint = false;
        options.CallbackPath = source.CallbackPath;
        options.SignedOutCallbackPath = source.SignedOutCallbackPath;

        // Front-channel logout by a bare GET would let any page end a session.
        options.RemoteSignOutPath = default;
        options.Scope.Clear();
        foreach (var scope in source.Scopes)
        {
            options.Scope.Add(scope);
        }

        SetProvider(options, source);
        SetCookies(options);
        events.Attach(options.Events);
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The client owns the handler, and the options live as long as the application.")]
    private static void SetProvider(OpenIdConnectOptions options, PulseBrowserLoginOptions source)
    {
        options.RequireHttpsMetadata = !source.AllowHttpMetadata;
        options.Backchannel = new HttpClient(ProviderTransport.CreateHandler())
        {
            MaxResponseContentBufferSize = MaxAnswerBytes,
            Timeout = AnswerTimeout,
        };
        options.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
            (source.MetadataAddress ?? KeySetAddress.DiscoveryAddress(source.Issuer)).AbsoluteUri,
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(options.Backchannel) { RequireHttps = !source.AllowHttpMetadata },
            new PinnedConfiguration(source.Issuer));
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = source.Issuer,
            ValidAudience = source.ClientId,
            ValidAlgorithms =
            [
                SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256,
                SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
            ],
            ClockSkew = TimeSpan.FromSeconds(30),
            NameClaimType = PulseClaimTypes.PreferredUsername,
            RoleClaimType = PulseClaimTypes.Role,
        };
    }

    private void SetCookies(OpenIdConnectOptions options)
    {
        var secure = environment?.IsDevelopment() == true ? CookieSecurePolicy.SameAsRequest : CookieSecurePolicy.Always;
        options.CorrelationCookie.SecurePolicy = secure;
        options.CorrelationCookie.SameSite = SameSiteMode.Lax;
        options.NonceCookie.SecurePolicy = secure;
        options.NonceCookie.SameSite = SameSiteMode.Lax;
    }
}
