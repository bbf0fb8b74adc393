namespace Pulse.Mqtt;

/// <summary>Seam: who may use the broker now. There is no default.</summary>
public interface IAclSource
{
    /// <summary>Reads the registry. An exception leaves the published file as it is.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Devices with a live certificate of active tenants, and the service accounts.</returns>
    ValueTask<AclSourceContent> ReadAsync(CancellationToken cancellationToken);
}
