namespace Pulse.Auth;

/// <summary>Options of <c>AddPulseBrowserLogin</c>.</summary>
public sealed class PulseBrowserLoginOptions
{
    /// <summary>The provider; one of the issuers given to <c>AddPulseJwt</c>, compared by ordinal.</summary>
    /// <value>Required.</value>
    public string Issuer { get; set; } = "";

    /// <summary>Where the discovery document is fetched.</summary>
    /// <value>Null: <c>{Issuer}/.well-known/openid-configuration</c>.</value>
    public Uri? MetadataAddress { get; set; }

    /// <summary>The client identifier at the provider.</summary>
    /// <value>Required.</value>
    public string ClientId { get; set; } = "";

    /// <summary>The client secret at the provider.</summary>
    /// <value>Null for a public client, which PKCE alone protects; a confidential client is the better choice.</value>
    public string? ClientSecret { get; set; }

    /// <summary>Allows the provider to be reached over plain http.</summary>
    /// <value>False; true is refused outside the Development environment.</value>
    public bool AllowHttpMetadata { get; set; }

    /// <summary>How long a session lives without a request.</summary>
    /// <value>30 minutes; from one minute to <see cref="AbsoluteTimeout"/>.</value>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a session lives at most, however busy.</summary>
    /// <value>8 hours; up to 24 hours.</value>
    public TimeSpan AbsoluteTimeout { get; set; } = TimeSpan.FromHours(8);

    /// <summary>Scopes asked for.</summary>
    /// <value><c>openid</c> and <c>profile</c>; <c>openid</c> is required.</value>
    public IList<string> Scopes { get; } = ["openid", "profile"];

    /// <summary>Path the provider sends the browser back to after login.</summary>
    /// <value><c>/signin-oidc</c>; registered at the provider.</value>
    public string CallbackPath { get; set; } = "/signin-oidc";

    /// <summary>Path the provider sends the browser back to after logout.</summary>
    /// <value><c>/signout-callback-oidc</c>; registered at the provider.</value>
    public string SignedOutCallbackPath { get; set; } = "/signout-callback-oidc";
}
