namespace Pulse.Certs;

/// <summary>What a device may be issued, given the certificates it has.</summary>
internal static class RotationRules
{
    /// <summary>Judges an issue or a rotation; the device's certificates do not change meanwhile.</summary>
    /// <param name="certificate">What is to be added.</param>
    /// <param name="conditions">Under what conditions.</param>
    /// <param name="live">The device's certificates that are neither expired nor revoked for good.</param>
    /// <param name="current">The certificate to be replaced, live or not; null when there is none of that serial number.</param>
    /// <param name="successors">Serial numbers issued before to replace the current one.</param>
    /// <param name="replaced">Serial numbers the current one replaced and that are not revoked yet.</param>
    /// <returns>Whether to add, and which live certificates to supersede with it.</returns>
    public static (AddOutcome Outcome, CertificateRecord? Existing, IReadOnlyList<string> Supersede) Decide(
        CertificateRecord certificate,
        AddConditions conditions,
        IReadOnlyList<CertificateRecord> live,
        CertificateRecord? current,
        IReadOnlyList<string> successors,
        IReadOnlyList<string> replaced)
    {
        var supersede = new List<string>();
        if (conditions.Rotation is { } rotation)
        {
            var refusal = Judge(certificate, current);
            if (refusal != AddOutcome.Added)
            {
                return (refusal, null, []);
            }

            // The answer to an earlier request was lost on its way: it is given again for the same key, replaced for another.
            var pending = live.Where(other => successors.Contains(other.SerialNumber)).ToList();
            var same = pending.Find(other => other.KeySha256 == certificate.KeySha256 && other.Revocation is not { IsRevoked: true });
            if (same is not null)
            {
                return (AddOutcome.AlreadyRotated, same, []);
            }

            supersede.AddRange(pending.Select(other => other.SerialNumber));
            supersede.AddRange(replaced.Where(serial => live.Any(other => other.SerialNumber == serial)));
            if (rotation.RevokeAfter <= certificate.IssuedAt)
            {
                supersede.Add(rotation.CurrentSerialNumber);
            }
        }

        return live.Count - supersede.Count < conditions.MaxActive
            ? (AddOutcome.Added, null, supersede)
            : (AddOutcome.TooManyActive, null, []);
    }

    private static AddOutcome Judge(CertificateRecord certificate, CertificateRecord? current)
    {
        if (current is null || current.Device != certificate.Device)
        {
            return AddOutcome.CurrentNotFound;
        }

        if (current.Revocation is { IsRevoked: true })
        {
            return current.Revocation.IsHold ? AddOutcome.CurrentHeld : AddOutcome.CurrentRevoked;
        }

        return current.NotAfter < certificate.IssuedAt ? AddOutcome.CurrentExpired : AddOutcome.Added;
    }
}
