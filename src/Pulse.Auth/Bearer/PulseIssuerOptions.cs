namespace Pulse.Auth;

/// <summary>One provider whose access tokens are accepted.</summary>
public sealed class PulseIssuerOptions
{
    /// <summary>The exact text of <c>iss</c>, and of <c>issuer</c> in the discovery document.</summary>
    /// <value>Required; an absolute http or https URI. Compared by ordinal, so a trailing slash matters.</value>
    public string Issuer { get; set; } = "";

    /// <summary>Where the discovery document is fetched; may be an internal host.</summary>
    /// <value>Null: <c>{Issuer}/.well-known/openid-configuration</c>.</value>
    public Uri? MetadataAddress { get; set; }

    /// <summary>Where the key set is fetched; set, no discovery document is read.</summary>
    /// <value>Null: <c>jwks_uri</c> of the discovery document, which must have the origin of that document.</value>
    public Uri? JwksUri { get; set; }

    /// <summary>Audiences of this application; a token must name at least one of them.</summary>
    /// <value>Empty by default; at least one is required.</value>
    public IList<string> Audiences { get; } = [];

    /// <summary>Clients (<c>azp</c>) whose tokens are accepted.</summary>
    /// <value>Empty: any client of the provider.</value>
    public IList<string> AllowedClients { get; } = [];

    /// <summary>Signature algorithms this provider may use.</summary>
    /// <value><see cref="PulseJwtAlgorithms.RS256"/>.</value>
    public PulseJwtAlgorithms Algorithms { get; set; } = PulseJwtAlgorithms.RS256;

    /// <summary>Allows keys to be fetched over plain http. Whoever can alter that traffic can sign any token.</summary>
    /// <value>False; true is refused outside the Development environment.</value>
    public bool AllowHttpMetadata { get; set; }
}
