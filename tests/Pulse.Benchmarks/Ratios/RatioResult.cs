namespace Pulse.Benchmarks.Ratios;

/// <summary>One line of output.</summary>
/// <param name="Name">Name of the ratio.</param>
/// <param name="Value">Median over the rounds of ours divided by peer; smaller is better.</param>
/// <param name="Ours">Median of our side, in <paramref name="Unit"/>.</param>
/// <param name="Peer">Median of the peer's side, in <paramref name="Unit"/>.</param>
/// <param name="Unit">Unit of both sides.</param>
/// <param name="PeerName">What the peer is.</param>
/// <param name="Runs">Number of rounds.</param>
/// <param name="Spread">Distance between the quartiles of the rounds' ratios, as a share of their median.</param>
internal sealed record RatioResult(
    string Name,
    [property: System.Text.Json.Serialization.JsonPropertyName("ratio")] double Value,
    double Ours,
    double Peer,
    string Unit,
    string PeerName,
    int Runs,
    double Spread);
