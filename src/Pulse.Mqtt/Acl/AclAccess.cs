namespace Pulse.Mqtt;

/// <summary>What a client wants to do with a topic.</summary>
public enum AclAccess
{
    /// <summary>Receive messages of the topic.</summary>
    Read,

    /// <summary>Publish to the topic.</summary>
    Write,
}
