using Pulse.Certs;

namespace Pulse.Benchmarks.Certs;

/// <summary>Stores nothing and accepts everything: what is measured is the authority, not a database.</summary>
internal sealed class AcceptingStore : ICertificateStore
{
    private static readonly AddResult Added = new(AddOutcome.Added);

    public ValueTask<AddResult> AddAsync(CertificateRecord certificate, AddConditions conditions, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Added);

    public ValueTask<CertificateRecord?> FindAsync(string serialNumber, CancellationToken cancellationToken) =>
        ValueTask.FromResult<CertificateRecord?>(null);

    public ValueTask<IReadOnlyList<CertificateRecord>> ListAsync(DeviceSubject device, DateTimeOffset at, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<CertificateRecord>>([]);

    public ValueTask<RevocationAnswer?> ChangeRevocationAsync(RevocationRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RevocationAnswer?>(null);

    public ValueTask<HashSet<string>> ReadRevokedAsync(CancellationToken cancellationToken) => ValueTask.FromResult<HashSet<string>>([]);

    public ValueTask<IReadOnlyList<CertificateOverlap>> ListEndingOverlapsAsync(
        DateTimeOffset at, IReadOnlyCollection<string> successors, int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<CertificateOverlap>>([]);

    public ValueTask<IReadOnlyList<ExpiringCertificate>> ListExpiringAsync(
        DateTimeOffset at, DateTimeOffset until, ExpiringCertificate? after, int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<ExpiringCertificate>>([]);

    public ValueTask<IReadOnlyList<string>> AddExpiryNoticesAsync(
        ExpiringCertificate certificate, IReadOnlyCollection<string> thresholds, DateTimeOffset at, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<string>>([]);

    public ValueTask<int> ResolveExpiryNoticesAsync(DateTimeOffset at, CancellationToken cancellationToken) => ValueTask.FromResult(0);
}
