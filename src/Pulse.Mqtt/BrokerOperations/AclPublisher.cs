using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pulse.Mqtt;

/// <summary>One publication at a time; the file in place changes only for one that our own parser takes and the probe can recognise.</summary>
internal sealed class AclPublisher(
    IOptions<MosquittoOptions> options, IAclSource source, IBrokerSignal signal, IBrokerProbe probe, MqttMetrics metrics, TimeProvider time, ILogger<AclPublisher> logger)
    : IAclPublisher, IDisposable
{
    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private Task<AclPublicationResult>? _waiting;
    private bool _isInForce;

    public async ValueTask<AclPublicationResult> PublishAsync(CancellationToken cancellationToken = default)
    {
        Task<AclPublicationResult> publication;
        lock (_gate)
        {
            publication = _waiting ??= PublishAfterAsync(_running);
        }

        return await publication.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task<AclPublicationResult> PublishAfterAsync(Task previous)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _running = _waiting!;
            _waiting = null;
        }

        var publication = await PublishNowAsync(_stop.Token).ConfigureAwait(false);
        metrics.AclPublished(publication.Outcome);
        _isInForce = publication.IsInForce;
        if (publication.IsInForce)
        {
            Log.AclPublished(logger, publication.Outcome, publication.Users);
        }
        else
        {
            Log.AclNotPublished(logger, publication.Outcome);
        }

        return publication;
    }

    private async ValueTask<AclPublicationResult> PublishNowAsync(CancellationToken cancellationToken)
    {
        AclSourceContent content;
        try
        {
            content = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The registry is the application's; whatever it throws, the published file stays.
            Log.AclSourceFailed(logger, exception);
            return default;
        }

        return AclCandidate.Make(content, options.Value, out var refusal) is { } candidate
            ? new AclPublicationResult(await PutInPlaceAsync(candidate, cancellationToken).ConfigureAwait(false), candidate.Users)
            : new AclPublicationResult(refusal, 0);
    }

    private async ValueTask<AclPublicationOutcome> PutInPlaceAsync(AclCandidate candidate, CancellationToken cancellationToken)
    {
        byte[]? before;
        bool isSame;
        try
        {
            before = await PublishedFile.ReadAsync(options.Value.AclFile, cancellationToken).ConfigureAwait(false);
            isSame = before is not null && before.AsSpan().SequenceEqual(candidate.Bytes);
            if (isSame && _isInForce)
            {
                return AclPublicationOutcome.Unchanged;
            }

            if (!isSame)
            {
                await PublishedFile.ReplaceAsync(options.Value.AclFile, candidate.Bytes, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.AclWriteFailed(logger, options.Value.AclFile, exception);
            return AclPublicationOutcome.WriteFailed;
        }

        if (!await signal.SendAsync(cancellationToken).ConfigureAwait(false))
        {
            return AclPublicationOutcome.SignalFailed;
        }

        var outcome = await ConfirmAsync(candidate, cancellationToken).ConfigureAwait(false);
        if (outcome == AclPublicationOutcome.BrokerOpen && before is not null && !isSame)
        {
            await PutBackAsync(before, cancellationToken).ConfigureAwait(false);
        }

        return outcome;
    }

    private async ValueTask<AclPublicationOutcome> ConfirmAsync(AclCandidate candidate, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            // An open broker allows both, so the one that must be denied is asked first and decides.
            var forbidden = await probe.PublishAsync(AclCandidate.ForbiddenTopic, cancellationToken).ConfigureAwait(false);
            if (forbidden == ProbeAnswer.Allowed)
            {
                return AclPublicationOutcome.BrokerOpen;
            }

            var generation = await probe.PublishAsync(candidate.GenerationTopic, cancellationToken).ConfigureAwait(false);
            if (forbidden == ProbeAnswer.Denied && generation == ProbeAnswer.Allowed)
            {
                // The reload may have come between the two questions.
                return await probe.PublishAsync(AclCandidate.ForbiddenTopic, cancellationToken).ConfigureAwait(false) == ProbeAnswer.Denied
                    ? AclPublicationOutcome.Published
                    : AclPublicationOutcome.BrokerOpen;
            }

            if (time.GetElapsedTime(started) >= options.Value.Timeout)
            {
                return AclPublicationOutcome.NotInForce;
            }

            await Task.Delay(ProbePause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask PutBackAsync(byte[] lastGood, CancellationToken cancellationToken)
    {
        try
        {
            await PublishedFile.ReplaceAsync(options.Value.AclFile, lastGood, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.AclWriteFailed(logger, options.Value.AclFile, exception);
            return;
        }

        await signal.SendAsync(cancellationToken).ConfigureAwait(false);
    }
}
