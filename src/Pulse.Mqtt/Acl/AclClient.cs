using System.Text;

namespace Pulse.Mqtt;

/// <summary>Who asks: a client id and a user name. Make one per connection and keep it; checks against it do not allocate.</summary>
public sealed class AclClient
{
    /// <summary>Makes a client.</summary>
    /// <param name="clientId">The client id; may be empty.</param>
    /// <param name="userName">The user name. <see langword="null"/> and the empty text both mean anonymous, as in Mosquitto.</param>
    public AclClient(string clientId, string? userName)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        ClientId = clientId;
        UserName = string.IsNullOrEmpty(userName) ? null : userName;
        ClientIdBytes = Encoding.UTF8.GetBytes(clientId);
        UserNameBytes = UserName is null ? null : Encoding.UTF8.GetBytes(UserName);
        UserNameKey = UserNameBytes is null ? null : new UserNameKey(UserNameBytes);
    }

    /// <summary>The client id.</summary>
    public string ClientId { get; }

    /// <summary>The user name; <see langword="null"/> for an anonymous client, never empty.</summary>
    public string? UserName { get; }

    internal byte[] ClientIdBytes { get; }

    internal byte[]? UserNameBytes { get; }

    internal UserNameKey? UserNameKey { get; }
}
