using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Pulse.Auth;

/// <summary>Validates access tokens as <c>AddPulseJwt</c> does, with a key set that is at hand and without a network.</summary>
/// <remarks>
/// For tools and tests: the same validator with the same defaults, every algorithm of <see cref="PulseJwtAlgorithms"/> allowed and
/// any client. The keys are those given, however old they are.
/// </remarks>
public sealed class PulseOfflineTokenValidator : IAsyncDisposable
{
    // Never fetched: GivenKeyDocuments answers for every address. The name is reserved for hosts that do not exist (RFC 6761 §6.4).
    private static readonly Uri Nowhere = new("https://keys.invalid/");

    private readonly ServiceProvider _services;
    private readonly IPulseTokenValidator _validator;

    /// <summary>Prepares the validator.</summary>
    /// <param name="issuer">The exact text of <c>iss</c>.</param>
    /// <param name="audience">The audience a token must name.</param>
    /// <param name="keySet">The issuer's JWK set (RFC 7517 §5) as JSON; when admission refuses it, so is every token, with <see cref="PulseTokenFailure.KeysUnavailable"/>.</param>
    /// <param name="time">The clock <c>exp</c>, <c>nbf</c> and <c>iat</c> are judged by; null: the system's.</param>
    /// <exception cref="ArgumentException">An argument other than <paramref name="time"/> is null or empty.</exception>
    public PulseOfflineTokenValidator(string issuer, string audience, string keySet, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(issuer);
        ArgumentException.ThrowIfNullOrEmpty(audience);
        ArgumentException.ThrowIfNullOrEmpty(keySet);

        var services = new ServiceCollection();
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddSingleton<IKeyDocuments>(new GivenKeyDocuments(keySet));
        services.AddAuthentication().AddPulseJwt(options => options.Issuers.Add(new PulseIssuerOptions
        {
            Issuer = issuer,
            Audiences = { audience },
            Algorithms = PulseOfflineKeySet.Algorithms,
            MetadataAddress = Nowhere,
            JwksUri = Nowhere,
        }));

        // They judge addresses, and nothing is fetched: RFC 7519 §4.1.1 lets an issuer be any text.
        services.RemoveAll<IValidateOptions<PulseJwtOptions>>();
        _services = services.BuildServiceProvider();
        _validator = _services.GetRequiredService<IPulseTokenValidator>();
    }

    /// <summary>Validates one compact JWS (RFC 7515 §7.1).</summary>
    /// <param name="token">The token alone, without the word <c>Bearer</c>.</param>
    /// <param name="cancellationToken">Ends the wait for the keys, which the first token reads.</param>
    /// <returns>The verified token, or the reason it was refused.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="token"/> is null.</exception>
    public ValueTask<PulseTokenResult> ValidateAsync(string token, CancellationToken cancellationToken = default) =>
        _validator.ValidateAsync(token, cancellationToken);

    /// <summary>Releases the keys.</summary>
    /// <returns>A task that ends when they are released.</returns>
    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
