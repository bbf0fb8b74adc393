namespace Pulse.Certs;

/// <summary>Told which certificates are in use, so that a rotation's overlap ends when the device has its new certificate.</summary>
public interface ICertificateSightings
{
    /// <summary>
    /// Says that a peer proved to hold the key of a valid certificate. Costs nothing: it neither waits nor throws. When more
    /// arrive than can be worked off they are dropped, and those overlaps end at their time.
    /// </summary>
    /// <param name="serialNumber">Lower-case hexadecimal digits.</param>
    void Seen(string serialNumber);
}
