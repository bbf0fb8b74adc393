namespace Pulse.Certs;

/// <summary>What the store made of a new certificate.</summary>
internal enum AddOutcome
{
    Added,
    SerialTaken,
    KeyOfOtherDevice,
    KeyCompromised,
    TooManyActive,
}
