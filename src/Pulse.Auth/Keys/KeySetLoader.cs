using System.Text.Json;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Pulse.Auth;

/// <summary>From address to usable keys: discovery document, key set, admission.</summary>
internal sealed class KeySetLoader(KeySetAddress address, KeySetLimits limits, IKeyDocuments documents)
{
    public async Task<(KeySetProblem Problem, IReadOnlyList<SigningKey> Keys)> LoadAsync(CancellationToken cancellationToken)
    {
        var (problem, jwksUri) = await FindJwksAsync(cancellationToken).ConfigureAwait(false);
        if (jwksUri is null)
        {
            return (problem, []);
        }

        var document = await documents.GetAsync(jwksUri, limits.MaxBytes, cancellationToken).ConfigureAwait(false);
        if (document.Text is null)
        {
            return (document.Problem, []);
        }

        var set = Parse(document.Text, JsonWebKeySet.Create);
        if (set is null)
        {
            return (KeySetProblem.NotJson, []);
        }

        problem = KeyAdmission.Admit(set.Keys, address.Algorithms, limits.MaxKeys, out var keys);
        return (problem, keys);
    }

    private async Task<(KeySetProblem Problem, Uri? Jwks)> FindJwksAsync(CancellationToken cancellationToken)
    {
        if (address.Jwks is not null)
        {
            return (KeySetProblem.None, address.Jwks);
        }

        var document = await documents.GetAsync(address.Metadata, limits.MaxBytes, cancellationToken).ConfigureAwait(false);
        if (document.Text is null)
        {
            return (document.Problem, null);
        }

        var metadata = Parse(document.Text, OpenIdConnectConfiguration.Create);
        if (metadata is null)
        {
            return (KeySetProblem.NotJson, null);
        }

        // OpenID Connect Discovery 1.0 §4.3: without this the document, not the configuration, would decide who is trusted.
        if (!string.Equals(metadata.Issuer, address.Issuer, StringComparison.Ordinal))
        {
            return (KeySetProblem.IssuerMismatch, null);
        }

        if (!Uri.TryCreate(metadata.JwksUri, UriKind.Absolute, out var jwks))
        {
            return (KeySetProblem.JwksUriNotAllowed, null);
        }

        return address.AllowsScheme(jwks) && address.AllowsJwks(jwks)
            ? (KeySetProblem.None, jwks)
            : (KeySetProblem.JwksUriNotAllowed, null);
    }

    // Microsoft's parsers take the last of two members; a document that can be read in two ways is not read at all.
    // They wrap what they meet in exceptions of their own choice; these are all the text can cause.
    private static T? Parse<T>(string text, Func<string, T> parse)
        where T : class
    {
        if (!StrictJson.IsObject(text))
        {
            return null;
        }

        try
        {
            return parse(text);
        }
        catch (Exception exception) when (exception is ArgumentException or JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }
}
