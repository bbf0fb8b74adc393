namespace Pulse.Certs.Tests;

/// <summary>Everything the authority told, in order.</summary>
internal sealed class EventRecorder : ICertificateEvents
{
    public List<object> All { get; } = [];

    public IReadOnlyList<CertificateIssued> Issued => [.. All.OfType<CertificateIssued>()];

    public IReadOnlyList<CertificateRotated> Rotated => [.. All.OfType<CertificateRotated>()];

    public IReadOnlyList<CertificateRevoked> Revoked => [.. All.OfType<CertificateRevoked>()];

    public IReadOnlyList<CertificateHeld> Held => [.. All.OfType<CertificateHeld>()];

    public IReadOnlyList<CertificateReleased> Released => [.. All.OfType<CertificateReleased>()];

    public IReadOnlyList<CertificateExpiring> Expiring => [.. All.OfType<CertificateExpiring>()];

    public Action<CertificateRevoked>? OnRevoked { get; set; }

    public ValueTask IssuedAsync(CertificateIssued issued, CancellationToken cancellationToken) => Add(issued);

    public ValueTask RotatedAsync(CertificateRotated rotated, CancellationToken cancellationToken) => Add(rotated);

    public ValueTask HeldAsync(CertificateHeld held, CancellationToken cancellationToken) => Add(held);

    public ValueTask ReleasedAsync(CertificateReleased released, CancellationToken cancellationToken) => Add(released);

    public ValueTask ExpiringAsync(CertificateExpiring expiring, CancellationToken cancellationToken) => Add(expiring);

    public ValueTask RevokedAsync(CertificateRevoked revoked, CancellationToken cancellationToken)
    {
        OnRevoked?.Invoke(revoked);
        return Add(revoked);
    }

    private ValueTask Add(object notice)
    {
        All.Add(notice);
        return ValueTask.CompletedTask;
    }
}
