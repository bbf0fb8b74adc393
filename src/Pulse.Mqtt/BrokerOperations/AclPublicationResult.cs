namespace Pulse.Mqtt;

/// <summary>What became of a publication. The default value is a failure.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Users">How many users the file has; 0 when none was written.</param>
public readonly record struct AclPublicationResult(AclPublicationOutcome Outcome, int Users)
{
    /// <summary>Whether the broker was seen to decide by the registry as it was read.</summary>
    public bool IsInForce => Outcome is AclPublicationOutcome.Published or AclPublicationOutcome.Unchanged;
}
