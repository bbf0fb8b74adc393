using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pulse.Auth;

/// <summary>The table of issuers, keyed by the exact text of <c>iss</c>.</summary>
internal sealed class TrustedIssuers : IDisposable
{
    private readonly FrozenDictionary<string, TrustedIssuer> _byName;

    public TrustedIssuers(
        IOptionsMonitor<PulseJwtOptions> options,
        IKeyDocuments documents,
        AuthMetrics metrics,
        TimeProvider time,
        ILogger<TrustedIssuers> logger)
    {
        var current = options.Get(PulseJwtDefaults.AuthenticationScheme);
        Limits = TokenLimits.From(current);
        TokenCache = new ValidatedTokenCache(current.TokenCache.Capacity, current.TokenCache.MaxAge, time);
        _byName = current.Issuers
            .Select(issuer => new TrustedIssuer(
                issuer,
                new IssuerKeys(KeySetAddress.From(issuer), KeySetLimits.From(current.KeySet), documents, metrics, time, logger)))
            .ToFrozenDictionary(issuer => issuer.Name, StringComparer.Ordinal);
        metrics.Observe(this);
    }

    /// <summary>Belongs to this table alone: what one set of options accepted, another may refuse.</summary>
    public ValidatedTokenCache TokenCache { get; }

    public TokenLimits Limits { get; }

    public IReadOnlyCollection<TrustedIssuer> All => _byName.Values;

    public TrustedIssuer? Find(string? name) => name is null ? null : _byName.GetValueOrDefault(name);

    public void Dispose()
    {
        foreach (var issuer in All)
        {
            issuer.Keys.Dispose();
        }
    }
}
