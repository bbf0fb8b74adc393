using Microsoft.Extensions.Logging;

namespace Pulse.Certs;

/// <summary>The order of a revocation: commit, view, counters, events. Whoever revokes goes through here.</summary>
internal sealed class CertificateRevoker(
    ICertificateStore store,
    RevocationView view,
    CertificateEventDispatcher events,
    TimeProvider time,
    CertsMetrics metrics,
    ILogger<CertificateRevoker> logger)
{
    /// <summary>Changes the revocation of one certificate; <paramref name="owner"/> null means a server's.</summary>
    public async ValueTask<RevokeResult> ChangeAsync(
        DeviceSubject? owner,
        string serialNumber,
        RevocationAction action,
        RevocationReason reason,
        DateTimeOffset? invalidSince,
        CancellationToken cancellationToken)
    {
        if (!SerialNumber.TryParse(serialNumber, out var serial))
        {
            return RevokeResult.NotFound;
        }

        var request = new RevocationRequest
        {
            SerialNumber = Convert.ToHexStringLower(serial),
            Owner = owner,
            Action = action,
            Reason = reason,
            At = DerTime.Truncate(time.GetUtcNow()),
            InvalidSince = invalidSince is { } since ? DerTime.Truncate(since) : null,
        };
        var answer = await store.ChangeRevocationAsync(request, cancellationToken).ConfigureAwait(false);
        if (answer is null)
        {
            return RevokeResult.NotFound;
        }

        await ShowAsync(owner, request.SerialNumber, answer).ConfigureAwait(false);
        return new RevokeResult(answer.Outcome, IsAsAsked(action, answer.Outcome), answer.Record);
    }

    /// <summary>Shows and tells what the store superseded beside something else.</summary>
    public async ValueTask ShowSupersededAsync(DeviceSubject owner, IReadOnlyList<KeyValuePair<string, RevocationRecord>> superseded)
    {
        foreach (var (serialNumber, record) in superseded)
        {
            view.Apply(serialNumber, record);
        }

        foreach (var (serialNumber, record) in superseded)
        {
            await ShowAsync(owner, serialNumber, new RevocationAnswer(RevokeOutcome.Revoked, record)).ConfigureAwait(false);
        }
    }

    private static bool IsAsAsked(RevocationAction action, RevokeOutcome outcome) =>
        action == RevocationAction.Release ? outcome is RevokeOutcome.Released or RevokeOutcome.NotHeld : outcome != RevokeOutcome.NotFound;

    private async ValueTask ShowAsync(DeviceSubject? owner, string serialNumber, RevocationAnswer answer)
    {
        if (answer.Record is not { } record)
        {
            return;
        }

        view.Apply(serialNumber, record);
        var subject = owner?.CommonName ?? string.Empty;
        if (answer.Outcome is RevokeOutcome.Revoked or RevokeOutcome.Held or RevokeOutcome.ReasonRaised)
        {
            metrics.Revoked(record.Reason);
            Log.Revoked(logger, serialNumber, subject, record.Reason);
        }

        if (answer.Outcome == RevokeOutcome.Released)
        {
            metrics.Released();
            Log.Released(logger, serialNumber, subject);
            await events.ReleasedAsync(new CertificateReleased(owner, serialNumber, record.At)).ConfigureAwait(false);
        }
        else if (record.IsHold)
        {
            await events
                .HeldAsync(new CertificateHeld(owner, serialNumber, record.At, Repeated: answer.Outcome == RevokeOutcome.AlreadyHeld))
                .ConfigureAwait(false);
        }
        else if (record.IsRevoked)
        {
            await events
                .RevokedAsync(new CertificateRevoked(owner, serialNumber, record.Reason, record.At, Repeated: answer.Outcome != RevokeOutcome.Revoked))
                .ConfigureAwait(false);
        }
    }
}
