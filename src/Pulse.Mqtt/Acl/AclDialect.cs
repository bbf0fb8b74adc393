namespace Pulse.Mqtt;

/// <summary>How an ACL file is read.</summary>
public enum AclDialect
{
    /// <summary>The subset that Mosquitto 2.0 and 2.1 read alike, with everything surprising refused.</summary>
    Strict,

    /// <summary>Exactly as Mosquitto 2.0.11 to 2.0.22 read <c>acl_file</c>, oddities included.</summary>
    Mosquitto20,
}
