using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Pulse.Auth;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the authentication schemes of Pulse.Auth.</summary>
public static class PulseAuthAuthenticationBuilderExtensions
{
    /// <summary>Accepts bearer tokens of the configured issuers, and registers <see cref="IPulseTokenValidator"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options; at least one issuer with one audience.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static AuthenticationBuilder AddPulseJwt(this AuthenticationBuilder builder, Action<PulseJwtOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);

        PulseAuthServices.AddTokenValidation(builder.Services);
        return builder.AddScheme<PulseJwtOptions, PulseJwtHandler>(PulseJwtDefaults.AuthenticationScheme, configure);
    }

    /// <summary>Logs people in with authorization code and PKCE; tokens stay on the server, the browser gets an opaque cookie.</summary>
    /// <remarks>
    /// Needs <see cref="AddPulseJwt"/>: the principal of a session comes from the access token alone. Adds the schemes
    /// <see cref="PulseBrowserLoginDefaults.SessionScheme"/> and <see cref="PulseBrowserLoginDefaults.ChallengeScheme"/>.
    /// Register an <see cref="ISessionStore"/> before or after this call to replace the one in memory.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options; provider and client at least.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static AuthenticationBuilder AddPulseBrowserLogin(this AuthenticationBuilder builder, Action<PulseBrowserLoginOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);

        var services = builder.Services;
        PulseAuthServices.AddShared(services);
        services.AddOptions<PulseBrowserLoginOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PulseBrowserLoginOptions>, PulseBrowserLoginOptionsValidator>());
        services.TryAddSingleton<ISessionStore, MemorySessionStore>();
        services.TryAddSingleton<ITokenDenylist, MemoryTokenDenylist>();
        services.TryAddSingleton<LogoutTokenValidator>();
        services.TryAddSingleton<BackchannelLogout>();
        services.TryAddSingleton<SessionCookie>();
        services.TryAddSingleton<BrowserLoginEvents>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<OpenIdConnectOptions>, BrowserLoginOpenIdOptions>());
        return builder
            .AddScheme<AuthenticationSchemeOptions, PulseSessionHandler>(PulseBrowserLoginDefaults.SessionScheme, null)
            .AddOpenIdConnect(PulseBrowserLoginDefaults.ChallengeScheme, _ => { });
    }
}
