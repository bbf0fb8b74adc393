namespace Pulse.Mqtt;

/// <summary>Asks the broker what its rules in force say.</summary>
internal interface IBrokerProbe
{
    /// <summary>Publishes an empty message as the service account and reads the broker's answer.</summary>
    ValueTask<ProbeAnswer> PublishAsync(string topic, CancellationToken cancellationToken);

    /// <summary>Connects to the device listener with the revoked certificate.</summary>
    /// <returns>Whether the broker let it in.</returns>
    ValueTask<bool> ConnectRevokedAsync(CancellationToken cancellationToken);
}
