namespace Pulse.Certs.Tests;

/// <summary>The store's rules in memory, and knobs for what a real one can do.</summary>
internal sealed class InMemoryCertificateStore : ICertificateStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (DeviceSubject Device, RevocationRecord Record)> _revoked = [];

    public List<NewCertificate> Certificates { get; } = [];

    /// <summary>Answers given before the rules are asked.</summary>
    public Queue<AddOutcome> Forced { get; } = new();

    public int AddCalls { get; private set; }

    public Exception? Failure { get; set; }

    public ValueTask<AddOutcome> AddAsync(NewCertificate certificate, int maxActive, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            AddCalls++;
            Throw();
            if (Forced.TryDequeue(out var forced))
            {
                return ValueTask.FromResult(forced);
            }

            if (Certificates.Exists(other => other.KeySha256.SequenceEqual(certificate.KeySha256) && other.Device != certificate.Device))
            {
                return ValueTask.FromResult(AddOutcome.KeyOfOtherDevice);
            }

            if (Certificates.Exists(other => other.KeySha256.SequenceEqual(certificate.KeySha256)
                && _revoked.TryGetValue(Hex(other), out var revoked) && revoked.Record.Reason == RevocationReason.KeyCompromise))
            {
                return ValueTask.FromResult(AddOutcome.KeyCompromised);
            }

            if (certificate.Device is { } device && Active(device, certificate.IssuedAt).Count() >= maxActive)
            {
                return ValueTask.FromResult(AddOutcome.TooManyActive);
            }

            Certificates.Add(certificate);
            return ValueTask.FromResult(AddOutcome.Added);
        }
    }

    public ValueTask<RevocationRecord?> RevokeAsync(
        byte[] issuer, byte[] serialNumber, DeviceSubject device, RevocationReason reason, DateTimeOffset at, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Throw();
            var serial = Convert.ToHexStringLower(serialNumber);
            if (_revoked.TryGetValue(serial, out var revoked))
            {
                return ValueTask.FromResult(revoked.Device == device ? revoked.Record with { IsNew = false } : null);
            }

            if (!Certificates.Exists(certificate => Hex(certificate) == serial && certificate.Device == device))
            {
                return ValueTask.FromResult<RevocationRecord?>(null);
            }

            var record = new RevocationRecord(at, reason, IsNew: true);
            _revoked.Add(serial, (device, record));
            return ValueTask.FromResult<RevocationRecord?>(record);
        }
    }

    public ValueTask<IReadOnlyList<byte[]>> ListActiveAsync(
        byte[] issuer, DeviceSubject device, DateTimeOffset at, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Throw();
            return ValueTask.FromResult<IReadOnlyList<byte[]>>([.. Active(device, at).Select(certificate => certificate.Der)]);
        }
    }

    public ValueTask<HashSet<string>> ReadRevokedAsync(byte[] issuer, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Throw();
            return ValueTask.FromResult<HashSet<string>>([.. _revoked.Keys]);
        }
    }

    private IEnumerable<NewCertificate> Active(DeviceSubject device, DateTimeOffset at) =>
        Certificates.Where(certificate => certificate.Device == device && certificate.NotAfter >= at && !_revoked.ContainsKey(Hex(certificate)));

    private void Throw()
    {
        if (Failure is not null)
        {
            throw Failure;
        }
    }

    private static string Hex(NewCertificate certificate) => Convert.ToHexStringLower(certificate.SerialNumber);
}
