using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Mqtt.Tests.BrokerOperations;

public sealed class BrokerStartSignalTests : IDisposable
{
    private static readonly DateTime FirstStart = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pulse-start-");
    private readonly FakeTimeProvider _time = new();
    private readonly CountingSignal _signal = new();
    private readonly MosquittoOptions _options = new();
    private readonly BrokerStartSignal _start;

    public BrokerStartSignalTests()
    {
        _options.PidFile = Path.Combine(_folder.FullName, "mosquitto.pid");
        _start = new BrokerStartSignal(_signal, Options.Create(_options), _time);
    }

    public void Dispose()
    {
        _start.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Each_start_of_the_broker_is_signalled_once()
    {
        await LookAsync();
        Assert.Equal(0, _signal.Count);

        WritePid(FirstStart);
        await LookAsync();
        await LookAsync();
        Assert.Equal(1, _signal.Count);

        // A container gives a broker that restarted the same process id again.
        WritePid(FirstStart.AddSeconds(1));
        await LookAsync();
        await LookAsync();
        Assert.Equal(2, _signal.Count);
    }

    [Fact]
    public async Task A_signal_that_failed_is_sent_again()
    {
        WritePid(FirstStart);
        _signal.Failures = 2;
        await LookAsync();
        await LookAsync();
        await LookAsync();
        await LookAsync();

        Assert.Equal(3, _signal.Count);
    }

    [Fact]
    public async Task It_looks_every_five_seconds()
    {
        await _start.StartAsync(CancellationToken.None);
        WritePid(FirstStart);

        await _time.RunUntilAsync(() => _signal.Count == 1, TimeSpan.FromSeconds(5));
        await _start.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Without_a_pid_file_there_is_nothing_to_look_at()
    {
        _options.PidFile = string.Empty;

        await _start.StartAsync(CancellationToken.None);

        await _start.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(0, _signal.Count);
    }

    private async Task LookAsync() => await _start.LookAsync(CancellationToken.None);

    private void WritePid(DateTime startedAt)
    {
        File.WriteAllText(_options.PidFile, "1");
        File.SetLastWriteTimeUtc(_options.PidFile, startedAt);
    }

    private sealed class CountingSignal : IBrokerSignal
    {
        public int Count { get; private set; }

        public int Failures { get; set; }

        public ValueTask<bool> SendAsync(CancellationToken cancellationToken)
        {
            Count++;
            return new(Count > Failures);
        }
    }
}
