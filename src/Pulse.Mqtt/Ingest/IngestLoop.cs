using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pulse.Mqtt;

/// <summary>
/// Takes what is queued, up to a batch, writes it, acknowledges it, and starts again: under load batches grow by themselves, without load
/// nothing waits for a timer. Nothing is acknowledged before the sinks returned.
/// </summary>
internal sealed class IngestLoop(
    IngestQueue queue,
    IIngestSink sink,
    IQuarantineSink quarantine,
    IOptions<PulseMqttOptions> options,
    MqttMetrics metrics,
    TimeProvider time,
    ILogger<IngestLoop> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _abandon = new();
    private readonly List<PendingMessage> _batch = [];
    private readonly HashSet<DeviceBacklog> _owners = [];
    private Task _run = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _run = Task.Run(() => RunAsync(_abandon.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Writes what is queued until the host's patience ends. What is left then was never acknowledged: devices send it again.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Complete();
        try
        {
            await _run.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Log.DrainAbandoned(logger, queue.Reader.Count + _batch.Count);
            await _abandon.CancelAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => _abandon.Dispose();

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await queue.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (_batch.Count < options.Value.BatchMaxMessages && queue.Reader.TryRead(out var message))
                {
                    _batch.Add(message);
                }

                await WriteBatchAsync(cancellationToken).ConfigureAwait(false);
                Acknowledge();
                _batch.Clear();
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // The host's patience ended; StopAsync has said so. A sink may throw anything when its token fires.
        }
    }

    private async Task WriteBatchAsync(CancellationToken cancellationToken)
    {
        await WriteQuarantineAsync(_batch, cancellationToken).ConfigureAwait(false);

        var accepted = _batch.FindAll(static message => message.Accepted is not null);
        if (accepted.Count == 0)
        {
            return;
        }

        var started = time.GetTimestamp();
        var failures = await WriteAcceptedAsync([.. accepted.Select(static message => message.Accepted!)], cancellationToken).ConfigureAwait(false);
        metrics.Committed(accepted.Count, time.GetElapsedTime(started));
        if (failures.Count == 0)
        {
            return;
        }

        var refused = new List<PendingMessage>(failures.Count);
        foreach (var failure in failures)
        {
            var message = accepted[failure.Index];
            message.Refuse(IngestRefusal.StoreRefused, PrintableText.Escape(System.Text.Encoding.UTF8.GetBytes(failure.Code)));
            refused.Add(message);
        }

        await WriteQuarantineAsync(refused, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<IngestFailure>> WriteAcceptedAsync(IngestMessage[] messages, CancellationToken cancellationToken)
    {
        var backOff = default(BackOff);
        while (true)
        {
            try
            {
                var failures = await sink.WriteAsync(messages, cancellationToken).ConfigureAwait(false);
                CheckFailures(failures, messages.Length);
                return failures;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // The loop outlives every failure of the sink: the batch is kept, nothing is acknowledged, and it is tried again.
                Log.SinkFailed(logger, messages.Length, exception);
                metrics.SinkFailed();
            }

            await Task.Delay(backOff.Next(), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteQuarantineAsync(List<PendingMessage> messages, CancellationToken cancellationToken)
    {
        QuarantineRecord[] records = [.. messages.Select(static message => message.Quarantine).OfType<QuarantineRecord>()];
        var backOff = default(BackOff);
        while (records.Length > 0)
        {
            try
            {
                await quarantine.WriteAsync(records, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // As for the sink: a refused message is acknowledged only once its record is kept.
                Log.QuarantineFailed(logger, records.Length, exception);
                metrics.SinkFailed();
            }

            await Task.Delay(backOff.Next(), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Acknowledge()
    {
        foreach (var message in _batch)
        {
            metrics.Message(message.Refusal, message.Kind);
            message.Owner.Complete(message);
            _owners.Add(message.Owner);
        }

        foreach (var owner in _owners)
        {
            owner.FlushAcknowledgements();
        }

        _owners.Clear();
    }

    private static void CheckFailures(IReadOnlyList<IngestFailure> failures, int count)
    {
        var seen = new HashSet<int>();
        foreach (var failure in failures)
        {
            if (failure.Index < 0 || failure.Index >= count || !seen.Add(failure.Index))
            {
                throw new InvalidOperationException($"The sink reported a failure at index {failure.Index} of a batch of {count}, or twice. Report each refused message once, by its index.");
            }
        }

        Debug.Assert(seen.Count == failures.Count, "Each failure was counted.");
    }
}
