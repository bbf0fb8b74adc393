namespace Pulse.Certs.Tests;

/// <summary>The store's rules in memory, and knobs for what a real one can do.</summary>
internal sealed class InMemoryCertificateStore : ICertificateStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, RevocationRecord> _revocations = [];
    private readonly List<Rotation> _rotations = [];

    public List<CertificateRecord> Certificates { get; } = [];

    /// <summary>Answers given before the rules are asked.</summary>
    public Queue<AddOutcome> Forced { get; } = new();

    public int AddCalls { get; private set; }

    public int OverlapCalls { get; private set; }

    /// <summary>When each notice was resolved; null while it is open.</summary>
    public Dictionary<(string Serial, string Threshold), DateTimeOffset?> Notices { get; } = [];

    public Exception? Failure { get; set; }

    public IReadOnlyList<(string Serial, string Successor, DateTimeOffset RevokeAfter)> OpenOverlaps
    {
        get
        {
            lock (_gate)
            {
                return [.. _rotations.Where(rotation => !rotation.Ended).Select(rotation => (rotation.Serial, rotation.Successor, rotation.RevokeAfter))];
            }
        }
    }

    public ValueTask<AddResult> AddAsync(CertificateRecord certificate, AddConditions conditions, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            AddCalls++;
            Throw();
            return ValueTask.FromResult(Forced.TryDequeue(out var forced) ? new AddResult(forced) : Add(certificate, conditions));
        }
    }

    public ValueTask<CertificateRecord?> FindAsync(string serialNumber, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Throw();
            return ValueTask.FromResult(Find(serialNumber));
        }
    }

    public ValueTask<IReadOnlyList<CertificateRecord>> ListAsync(DeviceSubject device, DateTimeOffset at, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Throw();
            return ValueTask.FromResult<IReadOnlyList<CertificateRecord>>([.. Live(device, at)]);
        }
    }

    public ValueTask<RevocationAnswer?> ChangeRevocationAsync(RevocationRequest request, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Throw();
            var known = Certificates.Exists(certificate => certificate.SerialNumber == request.SerialNumber && certificate.Device == request.Owner);
            return ValueTask.FromResult(known ? Change(request) : null);
        }
    }

    public ValueTask<HashSet<string>> ReadRevokedAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Throw();
            return ValueTask.FromResult<HashSet<string>>([.. _revocations.Where(entry => entry.Value.IsRevoked).Select(entry => entry.Key)]);
        }
    }

    public ValueTask<IReadOnlyList<CertificateOverlap>> ListEndingOverlapsAsync(
        DateTimeOffset at, IReadOnlyCollection<string> successors, int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            OverlapCalls++;
            Throw();
            _rotations.FindAll(rotation => rotation.NotAfter < at).ForEach(rotation => rotation.Ended = true);
            var ending = _rotations.Where(rotation => !rotation.Ended && (rotation.RevokeAfter <= at || successors.Contains(rotation.Successor)));
            return ValueTask.FromResult<IReadOnlyList<CertificateOverlap>>(
                [.. ending.Take(limit).Select(rotation => new CertificateOverlap(rotation.Device, rotation.Serial, rotation.Successor, rotation.RevokeAfter))]);
        }
    }

    public ValueTask<IReadOnlyList<ExpiringCertificate>> ListExpiringAsync(
        DateTimeOffset at, DateTimeOffset until, ExpiringCertificate? after, int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Throw();
            var expiring = Certificates
                .Where(certificate => certificate.NotAfter >= at && certificate.NotAfter <= until && IsGood(certificate) && !HasSuccessor(certificate))
                .Select(certificate => new ExpiringCertificate(
                    certificate.IssuerId,
                    certificate.SerialNumber,
                    certificate.Device!.Value,
                    certificate.NotBefore,
                    certificate.NotAfter,
                    [.. Notices.Keys.Where(notice => notice.Serial == certificate.SerialNumber).Select(notice => notice.Threshold)]))
                .OrderBy(certificate => certificate.NotAfter)
                .ThenBy(certificate => certificate.SerialNumber, StringComparer.Ordinal)
                .SkipWhile(certificate => after is not null
                    && (certificate.NotAfter < after.NotAfter || (certificate.NotAfter == after.NotAfter
                        && string.CompareOrdinal(certificate.SerialNumber, after.SerialNumber) <= 0)));
            return ValueTask.FromResult<IReadOnlyList<ExpiringCertificate>>([.. expiring.Take(limit)]);
        }
    }

    public ValueTask<IReadOnlyList<string>> AddExpiryNoticesAsync(
        ExpiringCertificate certificate, IReadOnlyCollection<string> thresholds, DateTimeOffset at, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Throw();
            return ValueTask.FromResult<IReadOnlyList<string>>([.. thresholds.Where(threshold => Notices.TryAdd((certificate.SerialNumber, threshold), null))]);
        }
    }

    public ValueTask<int> ResolveExpiryNoticesAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Throw();
            var resolved = Notices.Where(notice => notice.Value is null && !Certificates.Exists(certificate =>
                certificate.SerialNumber == notice.Key.Serial && certificate.NotAfter >= at && IsGood(certificate) && !HasSuccessor(certificate))).ToList();
            resolved.ForEach(notice => Notices[notice.Key] = at);
            return ValueTask.FromResult(resolved.Count);
        }
    }

    private bool IsGood(CertificateRecord certificate) => !_revocations.TryGetValue(certificate.SerialNumber, out var state) || !state.IsRevoked;

    private bool HasSuccessor(CertificateRecord certificate) => Certificates.Exists(
        other => other.Device == certificate.Device && other.NotAfter > certificate.NotAfter && IsGood(other));

    private AddResult Add(CertificateRecord certificate, AddConditions conditions)
    {
        if (Certificates.Exists(other => other.KeySha256 == certificate.KeySha256 && other.Device != certificate.Device))
        {
            return new AddResult(AddOutcome.KeyOfOtherDevice);
        }

        if (Certificates.Exists(other => other.KeySha256 == certificate.KeySha256
            && _revocations.TryGetValue(other.SerialNumber, out var revoked) && revoked.Reason == RevocationReason.KeyCompromise))
        {
            return new AddResult(AddOutcome.KeyCompromised);
        }

        var superseded = new List<KeyValuePair<string, RevocationRecord>>();
        if (certificate.Device is { } device)
        {
            var current = conditions.Rotation is { } rotation ? Find(rotation.CurrentSerialNumber) : null;
            var (outcome, existing, supersede) = RotationRules.Decide(
                certificate,
                conditions,
                [.. Live(device, certificate.IssuedAt)],
                current,
                [.. _rotations.Where(other => other.Serial == current?.SerialNumber).Select(other => other.Successor)],
                [.. _rotations.Where(other => !other.Ended && other.Successor == current?.SerialNumber).Select(other => other.Serial)]);
            if (outcome != AddOutcome.Added)
            {
                return new AddResult(outcome, existing, []);
            }

            if (current is not null)
            {
                _rotations.Add(new Rotation(device, current.SerialNumber, certificate.SerialNumber, conditions.Rotation!.RevokeAfter, current.NotAfter));
            }

            superseded.AddRange(supersede.Select(serial => KeyValuePair.Create(serial, Change(new RevocationRequest
            {
                SerialNumber = serial,
                Owner = device,
                Action = RevocationAction.Revoke,
                Reason = RevocationReason.Superseded,
                At = certificate.IssuedAt,
            })!.Record!)));
        }

        Certificates.Add(certificate);
        return new AddResult(AddOutcome.Added, Existing: null, superseded);
    }

    private RevocationAnswer? Change(RevocationRequest request)
    {
        var answer = RevocationRules.Decide(_revocations.GetValueOrDefault(request.SerialNumber), request);
        if (answer.Record is { } record)
        {
            _revocations[request.SerialNumber] = record;
        }

        if (request.Action == RevocationAction.Revoke)
        {
            _rotations.FindAll(rotation => rotation.Serial == request.SerialNumber).ForEach(rotation => rotation.Ended = true);
        }

        return answer;
    }

    private CertificateRecord? Find(string serialNumber) =>
        Certificates.Find(certificate => certificate.SerialNumber == serialNumber) is { } found ? WithState(found) : null;

    private IEnumerable<CertificateRecord> Live(DeviceSubject device, DateTimeOffset at) => Certificates
        .Where(certificate => certificate.Device == device && certificate.NotAfter >= at)
        .Select(WithState)
        .Where(certificate => certificate.Revocation is not { IsRevoked: true, IsHold: false });

    private CertificateRecord WithState(CertificateRecord certificate) =>
        certificate with { Revocation = _revocations.GetValueOrDefault(certificate.SerialNumber) };

    private void Throw()
    {
        if (Failure is not null)
        {
            throw Failure;
        }
    }

    private sealed record Rotation(DeviceSubject Device, string Serial, string Successor, DateTimeOffset RevokeAfter, DateTimeOffset NotAfter)
    {
        public bool Ended { get; set; }
    }
}
