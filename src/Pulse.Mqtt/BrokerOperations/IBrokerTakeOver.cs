namespace Pulse.Mqtt;

/// <summary>Ends another client's session by connecting with its client id (MQTT 5.0 §3.1.4-3).</summary>
internal interface IBrokerTakeOver
{
    /// <returns>Whether the broker accepted the connection, so that the old session is gone.</returns>
    ValueTask<bool> TakeOverAsync(string clientId, CancellationToken cancellationToken);
}
