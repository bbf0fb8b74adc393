using System.Collections.Frozen;

namespace Pulse.Auth;

/// <summary>One issuer of <see cref="PulseJwtOptions.Issuers"/>, frozen, with its keys.</summary>
internal sealed class TrustedIssuer(PulseIssuerOptions options, IssuerKeys keys)
{
    private readonly FrozenSet<string> _audiences = options.Audiences.ToFrozenSet(StringComparer.Ordinal);

    public string Name { get; } = options.Issuer;

    public FrozenSet<string> AllowedClients { get; } = options.AllowedClients.ToFrozenSet(StringComparer.Ordinal);

    public PulseJwtAlgorithms Algorithms { get; } = options.Algorithms;

    public IssuerKeys Keys { get; } = keys;

    /// <summary>Whether one of the audiences is configured; enumerated without the box that set operations put around a list.</summary>
    public bool IsForUs(List<string> audiences)
    {
        foreach (var audience in audiences)
        {
            if (_audiences.Contains(audience))
            {
                return true;
            }
        }

        return false;
    }
}
