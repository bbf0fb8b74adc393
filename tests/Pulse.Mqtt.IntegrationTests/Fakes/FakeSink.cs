using System.Collections.Concurrent;

namespace Pulse.Mqtt.IntegrationTests;

/// <summary>Keeps what is written; can be held up, made to fail, and told what to refuse.</summary>
public sealed class FakeSink : IIngestSink
{
    private volatile TaskCompletionSource _open = Opened();

    public ConcurrentQueue<IngestMessage> Messages { get; } = new();

    public Func<IngestMessage, string?> Refuse { get; set; } = static _ => null;

    public bool IsDown { get; set; }

    public int Attempts { get; private set; }

    public void Hold() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _open.TrySetResult();

    public async ValueTask<IReadOnlyList<IngestFailure>> WriteAsync(IReadOnlyList<IngestMessage> batch, CancellationToken cancellationToken)
    {
        Attempts++;
        await _open.Task.WaitAsync(cancellationToken);
        if (IsDown)
        {
            throw new InvalidOperationException("The store is down.");
        }

        var failures = new List<IngestFailure>();
        for (var i = 0; i < batch.Count; i++)
        {
            if (Refuse(batch[i]) is { } code)
            {
                failures.Add(new IngestFailure(i, code));
            }
            else
            {
                Messages.Enqueue(batch[i]);
            }
        }

        return failures;
    }

    private static TaskCompletionSource Opened()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
