namespace Pulse.Mqtt;

/// <summary>
/// The unacknowledged messages of one connection: bounded by a window, admitted and queued in the order of arrival. A connection whose
/// registration is known and whose queue has room goes straight through; otherwise one drain per connection waits, so that neither a slow
/// registry nor a full queue stops another connection or this one's PINGREQ.
/// </summary>
internal sealed class DeviceBacklog(
    DeviceIdentity identity, MqttOutput output, int window, IngestServices services, CancellationToken abandoned) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<PendingMessage> _waiting = new();
    private readonly SemaphoreSlim _window = new(window);
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _unfinished;
    private bool _draining;
    private bool _closing;

    public DeviceIdentity Identity => identity;

    public bool IsWindowFull => _window.CurrentCount == 0;

    /// <summary>Waits for room in the window.</summary>
    public Task EnterAsync(CancellationToken cancellationToken) => _window.WaitAsync(cancellationToken);

    /// <summary>Takes over a message for which <see cref="EnterAsync"/> made room.</summary>
    public void Submit(PendingMessage message)
    {
        lock (_gate)
        {
            _unfinished++;
            if (!_draining && TryAdmit(message) && services.Queue.TryWrite(message))
            {
                return;
            }

            _waiting.Enqueue(message);
            if (_draining)
            {
                return;
            }

            _draining = true;
        }

        _ = DrainAsync();
    }

    /// <summary>Acknowledges a message and frees its place.</summary>
    public void Complete(PendingMessage message)
    {
        if (message.PacketId != 0)
        {
            output.AddPubAck(message.PacketId, PubAckCodes.Of(message.Refusal));
        }

        Finish();
    }

    public void FlushAcknowledgements() => output.FlushAcks();

    /// <summary>Completes when nothing of the connection is unfinished. No message may be submitted afterwards.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            _closing = true;
            if (_unfinished == 0)
            {
                _idle.TrySetResult();
            }
        }

        return _idle.Task;
    }

    public void Dispose() => _window.Dispose();

    private void Finish()
    {
        lock (_gate)
        {
            _unfinished--;
            if (!_closing)
            {
                _window.Release();
            }
            else if (_unfinished == 0)
            {
                _idle.TrySetResult();
            }
        }
    }

    /// <summary>Decides about a message when the registration is known; a message refused already needs none.</summary>
    private bool TryAdmit(PendingMessage message)
    {
        if (message.Accepted is null || message.IsAdmitted)
        {
            return true;
        }

        if (!services.Registry.TryGet(identity.Device, out var registration))
        {
            return false;
        }

        Admit(message, registration);
        return true;
    }

    private void Admit(PendingMessage message, DeviceRegistration? registration)
    {
        var accepted = message.Accepted!;
        var envelope = new TelemetryEnvelope(accepted.Timestamp, accepted.Sequence, accepted.SiteId);
        var refusal = services.Admission.Decide(identity.Certificate, registration, envelope, message.ReceivedTicks);
        if (refusal == IngestRefusal.None)
        {
            message.Admit(registration!.SiteId);
        }
        else
        {
            message.Refuse(refusal, detail: null);
        }
    }

    private async Task DrainAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (TryPeek(out var message))
            {
                await AdmitAsync(message).ConfigureAwait(false);
                await services.Queue.WriteAsync(message, abandoned).ConfigureAwait(false);
                lock (_gate)
                {
                    _waiting.Dequeue();
                }
            }
        }
        catch (Exception exception)
        {
            // Nobody waits for this task: given up from outside, the queue closed, or a defect, the messages must be counted off.
            Abandon(exception);
        }
    }

    private bool TryPeek([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PendingMessage? message)
    {
        lock (_gate)
        {
            _draining = _waiting.TryPeek(out message);
            return message is not null;
        }
    }

    private async ValueTask AdmitAsync(PendingMessage message)
    {
        var backOff = default(BackOff);
        while (!TryAdmit(message))
        {
            try
            {
                await services.Registry.GetAsync(identity.Device, abandoned).ConfigureAwait(false);
                backOff = default;
                continue;
            }
            catch (Exception exception) when (!abandoned.IsCancellationRequested)
            {
                // The registry is not reachable: the device is neither known nor unknown, so its messages wait, unacknowledged.
                Log.RegistryFailed(services.Logger, exception);
                services.Metrics.RegistryFailed();
            }

            await Task.Delay(backOff.Next(), services.Time, abandoned).ConfigureAwait(false);
        }
    }

    /// <summary>Gives up what waits: the connection is long gone, or the endpoint stops. None of it was acknowledged.</summary>
    private void Abandon(Exception exception)
    {
        int count;
        lock (_gate)
        {
            count = _waiting.Count;
            _waiting.Clear();
            _draining = false;
        }

        services.Metrics.Abandoned(count);
        Log.MessagesAbandoned(services.Logger, count, exception);
        for (var i = 0; i < count; i++)
        {
            Finish();
        }
    }
}
