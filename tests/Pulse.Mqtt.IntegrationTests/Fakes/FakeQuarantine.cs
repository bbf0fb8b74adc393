using System.Collections.Concurrent;

namespace Pulse.Mqtt.IntegrationTests;

public sealed class FakeQuarantine : IQuarantineSink
{
    public ConcurrentQueue<QuarantineRecord> Records { get; } = new();

    public ValueTask WriteAsync(IReadOnlyList<QuarantineRecord> records, CancellationToken cancellationToken)
    {
        foreach (var record in records)
        {
            Records.Enqueue(record);
        }

        return ValueTask.CompletedTask;
    }
}
