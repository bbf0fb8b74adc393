namespace Pulse.Mqtt;

/// <summary>Who may use the broker.</summary>
/// <param name="Devices">The devices.</param>
/// <param name="Accounts">The service accounts, <see cref="MosquittoOptions.UserName"/> among them.</param>
public sealed record AclSourceContent(IReadOnlyCollection<DeviceKey> Devices, IReadOnlyCollection<AclServiceAccount> Accounts);
