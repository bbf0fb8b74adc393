namespace Pulse.Certs.Tests;

internal static class RevocationViewExtensions
{
    /// <summary>Shows a revocation as if it had just been committed.</summary>
    public static void Add(this RevocationView view, string serialNumber) =>
        view.Apply(serialNumber, new RevocationRecord(RevocationReason.Superseded, Harness.Start, InvalidSince: null, Revision: 1));
}
