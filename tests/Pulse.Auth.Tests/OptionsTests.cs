using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Pulse.Auth.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void The_defaults_are_those_documented()
    {
        var options = new PulseJwtOptions();

        Assert.Equal(TimeSpan.FromSeconds(30), options.ClockSkew);
        Assert.Equal(8192, options.MaxTokenBytes);
        Assert.Equal(TimeSpan.FromHours(24), options.MaxLifetime);
        Assert.Equal(0, options.TokenCache.Capacity);
        Assert.Equal(TimeSpan.FromSeconds(60), options.TokenCache.MaxAge);
        Assert.Equal(TimeSpan.FromMinutes(5), options.KeySet.RefreshInterval);
        Assert.Equal(TimeSpan.FromHours(1), options.KeySet.MaxStaleness);
        Assert.Equal(TimeSpan.FromSeconds(5), options.KeySet.FetchTimeout);
        Assert.Equal(262_144, options.KeySet.MaxBytes);
        Assert.Equal(64, options.KeySet.MaxKeys);
        Assert.Equal(PulseJwtAlgorithms.RS256, new PulseIssuerOptions().Algorithms);
    }

    public static TheoryData<string, Action<PulseJwtOptions>> Wrong => new()
    {
        { "Issuers is empty", options => options.Issuers.Clear() },
        { "twice", options => options.Issuers.Add(options.Issuers[0]) },
        { "absolute", options => options.Issuers[0].Issuer = "" },
        { "absolute", options => options.Issuers[0].Issuer = "/realms/pulse" },
        { "absolute", options => options.Issuers[0].Issuer = "urn:x" },
        { "Audiences", options => options.Issuers[0].Audiences.Clear() },
        { "Audiences", options => options.Issuers[0].Audiences.Add(" ") },
        { "algorithm", options => options.Issuers[0].Algorithms = PulseJwtAlgorithms.None },
        { "algorithm", options => options.Issuers[0].Algorithms = (PulseJwtAlgorithms)32 },
        { "AllowHttpMetadata", options => options.Issuers[0].AllowHttpMetadata = true },
        { "not https", options => options.Issuers[0].Issuer = "http://id.example" },
        { "not https", options => options.Issuers[0].MetadataAddress = new Uri("http://id.example/c") },
        { "not https", options => options.Issuers[0].JwksUri = new Uri("http://id.example/c") },
        { "not https", options => options.Issuers[0].JwksUri = new Uri("file:///c") },
        { "not https", options => options.Issuers[0].JwksUri = new Uri("/c", UriKind.Relative) },
        { "ClockSkew", options => options.ClockSkew = TimeSpan.FromTicks(-1) },
        { "ClockSkew", options => options.ClockSkew = TimeSpan.FromMinutes(5) + TimeSpan.FromTicks(1) },
        { "MaxTokenBytes", options => options.MaxTokenBytes = 255 },
        { "MaxTokenBytes", options => options.MaxTokenBytes = 16_385 },
        { "MaxLifetime", options => options.MaxLifetime = TimeSpan.Zero },
        { "TokenCache.Capacity", options => options.TokenCache.Capacity = -1 },
        { "TokenCache.Capacity", options => options.TokenCache.Capacity = 4097 },
        { "TokenCache.MaxAge", options => options.TokenCache.MaxAge = TimeSpan.FromSeconds(60) + TimeSpan.FromTicks(1) },
        { "TokenCache.MaxAge", options => options.TokenCache.MaxAge = TimeSpan.FromMilliseconds(999) },
        { "RefreshInterval", options => options.KeySet.RefreshInterval = TimeSpan.FromSeconds(29) },
        { "MaxStaleness", options => options.KeySet.MaxStaleness = TimeSpan.FromMinutes(4) },
        { "FetchTimeout", options => options.KeySet.FetchTimeout = TimeSpan.Zero },
        { "MaxBytes", options => options.KeySet.MaxBytes = 1023 },
        { "MaxKeys", options => options.KeySet.MaxKeys = 0 },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_option_is_named(string expected, Action<PulseJwtOptions> change)
    {
        var options = Good();
        change(options);

        var result = new PulseJwtOptionsValidator(new FakeEnvironment("Production")).Validate(null, options);

        Assert.Contains(expected, result.FailureMessage, StringComparison.Ordinal);
    }

    public static TheoryData<Action<PulseJwtOptions>> AtTheLimit =>
    [
        options => { },
        options => options.ClockSkew = TimeSpan.Zero,
        options => options.ClockSkew = TimeSpan.FromMinutes(5),
        options => options.MaxTokenBytes = 256,
        options => options.MaxTokenBytes = 16_384,
        options => options.TokenCache.Capacity = 4096,
        options => options.TokenCache.MaxAge = TimeSpan.FromSeconds(1),
        options => options.KeySet.MaxStaleness = options.KeySet.RefreshInterval,
        options => options.Issuers[0].Algorithms = (PulseJwtAlgorithms)31,
        options =>
        {
            options.Issuers[0].Issuer = "http://id.example";
            options.Issuers[0].JwksUri = new Uri("https://id.example/certs");
        },
    ];

    [Theory]
    [MemberData(nameof(AtTheLimit))]
    public void Options_at_their_limits_are_accepted(Action<PulseJwtOptions> change)
    {
        var options = Good();
        change(options);

        Assert.True(new PulseJwtOptionsValidator(new FakeEnvironment("Production")).Validate(null, options).Succeeded);
    }

    [Fact]
    public void Plain_http_is_allowed_in_development_alone()
    {
        var options = Good();
        options.Issuers[0].Issuer = "http://127.0.0.1:8080/realms/pulse";
        options.Issuers[0].AllowHttpMetadata = true;

        Assert.True(new PulseJwtOptionsValidator(new FakeEnvironment("Development")).Validate(null, options).Succeeded);
        Assert.False(new PulseJwtOptionsValidator(new FakeEnvironment("Staging")).Validate(null, options).Succeeded);
        Assert.False(new PulseJwtOptionsValidator().Validate(null, options).Succeeded);
    }

    public static TheoryData<string, Action<PulseBrowserLoginOptions>> WrongLogin => new()
    {
        { "none of the issuers", options => options.Issuer = "https://other.example" },
        { "ClientId", options => options.ClientId = " " },
        { "openid", options => options.Scopes.Clear() },
        { "IdleTimeout", options => options.IdleTimeout = TimeSpan.FromSeconds(59) },
        { "IdleTimeout", options => options.IdleTimeout = TimeSpan.FromHours(9) },
        { "IdleTimeout", options => options.AbsoluteTimeout = TimeSpan.FromHours(25) },
        { "CallbackPath", options => options.CallbackPath = "signin" },
        { "SignedOutCallbackPath", options => options.SignedOutCallbackPath = "" },
        { "AllowHttpMetadata", options => options.AllowHttpMetadata = true },
        { "not https", options => options.MetadataAddress = new Uri("http://id.example/c") },
    };

    [Theory]
    [MemberData(nameof(WrongLogin))]
    public void A_wrong_login_option_is_named(string expected, Action<PulseBrowserLoginOptions> change)
    {
        using var provider = Login(change);

        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<PulseBrowserLoginOptions>>().Value);

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_login_without_token_validation_is_refused()
    {
        var services = new ServiceCollection();
        services.AddAuthentication().AddPulseBrowserLogin(options => options.ClientId = "x");
        using var provider = services.BuildServiceProvider();

        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<PulseBrowserLoginOptions>>().Value);

        Assert.Contains("AddPulseJwt", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_login_uses_code_with_pkce_and_nothing_loose()
    {
        using var provider = Login(options => options.ClientSecret = "secret");

        var options = provider.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(PulseBrowserLoginDefaults.ChallengeScheme);

        Assert.Equal("code", options.ResponseType);
        Assert.Equal("query", options.ResponseMode);
        Assert.True(options.UsePkce);
        Assert.False(options.MapInboundClaims);
        Assert.False(options.SaveTokens);
        Assert.False(options.GetClaimsFromUserInfoEndpoint);
        Assert.True(options.RequireHttpsMetadata);
        Assert.True(options.ProtocolValidator.RequireNonce);
        Assert.False(options.RemoteSignOutPath.HasValue);
        Assert.Equal(PulseBrowserLoginDefaults.SessionScheme, options.SignInScheme);
        Assert.Equal(PulseBrowserLoginDefaults.SessionScheme, options.SignOutScheme);
        Assert.Equal(("pulse-web", "secret"), (options.ClientId, options.ClientSecret));
        Assert.Equal(["openid", "profile"], options.Scope);
        Assert.Equal(TokenForge.Issuer, options.TokenValidationParameters.ValidIssuer);
        Assert.True(options.TokenValidationParameters.ValidateIssuer);
        Assert.True(options.TokenValidationParameters.ValidateAudience);
        Assert.Equal(["RS256", "PS256", "ES256", "ES384", "ES512"], options.TokenValidationParameters.ValidAlgorithms);
        Assert.Equal(CookieSecurePolicy.Always, options.NonceCookie.SecurePolicy);
        Assert.Equal(CookieSecurePolicy.Always, options.CorrelationCookie.SecurePolicy);
        Assert.Equal(SameSiteMode.Lax, options.CorrelationCookie.SameSite);
        Assert.Equal(256 * 1024, options.Backchannel.MaxResponseContentBufferSize);
        Assert.Equal(TimeSpan.FromSeconds(10), options.Backchannel.Timeout);
    }

    [Fact]
    public void The_transport_follows_nothing_and_downloads_nothing_on_its_own()
    {
        using var handler = ProviderTransport.CreateHandler();

        Assert.False(handler.UseProxy);
        Assert.False(handler.AllowAutoRedirect);
        Assert.False(handler.UseCookies);
        Assert.Null(handler.ActivityHeadersPropagator);
        Assert.Equal(System.Net.DecompressionMethods.None, handler.AutomaticDecompression);
        Assert.True(handler.SslOptions.CertificateChainPolicy!.DisableCertificateDownloads);
        Assert.Equal(System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck, handler.SslOptions.CertificateChainPolicy.RevocationMode);
    }

    private static PulseJwtOptions Good()
    {
        var options = new PulseJwtOptions();
        options.Issuers.Add(new PulseIssuerOptions { Issuer = TokenForge.Issuer, Audiences = { TokenForge.Audience } });
        return options;
    }

    private static ServiceProvider Login(Action<PulseBrowserLoginOptions> change)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IHostEnvironment>(new FakeEnvironment("Production"));
        services.AddAuthentication()
            .AddPulseJwt(options => options.Issuers.Add(new PulseIssuerOptions { Issuer = TokenForge.Issuer, Audiences = { TokenForge.Audience } }))
            .AddPulseBrowserLogin(options =>
            {
                options.Issuer = TokenForge.Issuer;
                options.ClientId = "pulse-web";
                change(options);
            });
        return services.BuildServiceProvider();
    }
}
