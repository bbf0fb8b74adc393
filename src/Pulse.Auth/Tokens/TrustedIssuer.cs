using System.Collections.Frozen;

namespace Pulse.Auth;

/// <summary>One issuer of <see cref="PulseJwtOptions.Issuers"/>, frozen, with its keys.</summary>
internal sealed class TrustedIssuer(PulseIssuerOptions options, IssuerKeys keys)
{
    public string Name { get; } = options.Issuer;

    public FrozenSet<string> Audiences { get; } = options.Audiences.ToFrozenSet(StringComparer.Ordinal);

    public FrozenSet<string> AllowedClients { get; } = options.AllowedClients.ToFrozenSet(StringComparer.Ordinal);

    public PulseJwtAlgorithms Algorithms { get; } = options.Algorithms;

    public IssuerKeys Keys { get; } = keys;
}
