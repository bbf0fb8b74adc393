namespace Pulse.Mqtt;

/// <summary>A service's section in a generated ACL file.</summary>
public sealed class AclServiceAccount
{
    /// <summary>Describes a service account.</summary>
    /// <param name="userName">The user name: 1–64 of <c>A–Z a–z 0–9 . _ -</c>. It cannot be a device's name, which holds a colon.</param>
    public AclServiceAccount(string userName)
    {
        ArgumentNullException.ThrowIfNull(userName);
        UserName = userName;
    }

    /// <summary>The user name.</summary>
    public string UserName { get; }

    /// <summary>The filters it may subscribe to and receive.</summary>
    public IList<string> Read { get; } = [];

    /// <summary>The filters it may publish to.</summary>
    public IList<string> Write { get; } = [];
}
