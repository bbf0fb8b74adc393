namespace Pulse.Mqtt;

internal enum ProbeAnswer
{
    /// <summary>No answer, or none that says anything about the rules.</summary>
    None,

    Allowed,

    Denied,
}
