namespace Pulse.Auth;

/// <summary>Where the keys of one issuer are, frozen.</summary>
internal sealed record KeySetAddress(string Issuer, Uri Metadata, Uri? Jwks, PulseJwtAlgorithms Algorithms, bool AllowHttp)
{
    public static KeySetAddress From(PulseIssuerOptions options) => new(
        options.Issuer,
        options.MetadataAddress ?? DiscoveryAddress(options.Issuer),
        options.JwksUri,
        options.Algorithms,
        options.AllowHttpMetadata);

    /// <summary>OpenID Connect Discovery 1.0 §4.1.</summary>
    public static Uri DiscoveryAddress(string issuer) => new(issuer.TrimEnd('/') + "/.well-known/openid-configuration");

    /// <summary>Whether a key set named by the discovery document may be fetched; elsewhere would be a way to reach internal hosts.</summary>
    public bool AllowsJwks(Uri jwks) =>
        Uri.Compare(jwks, Metadata, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    public bool AllowsScheme(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps || (AllowHttp && address.Scheme == Uri.UriSchemeHttp);
}
