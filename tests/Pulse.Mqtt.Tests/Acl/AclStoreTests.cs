using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Pulse.Mqtt.Tests.BrokerOperations;

namespace Pulse.Mqtt.Tests.Acl;

/// <summary>The rules in force: refused at the start when bad, kept when their file turns bad, replaced when it is good.</summary>
public sealed class AclStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pulse-store-");
    private readonly MeterFactory _meters = new();
    private readonly FakeLogger<AclStore> _log = new();
    private readonly FakeTimeProvider _time = new();
    private readonly MetricCollector<long> _reloads;
    private readonly AclStore _store;

    public AclStoreTests()
    {
        _reloads = new MetricCollector<long>(_meters, "Pulse.Mqtt", "pulse.mqtt.acl.reloads");
        _store = new AclStore(Options.Create(new PulseMqttOptions { AclFile = Path }), new MqttMetrics(_meters), _time, _log);
    }

    private string Path => System.IO.Path.Combine(_folder.FullName, "acl.conf");

    private IEnumerable<int> Events => _log.Collector.GetSnapshot().Select(static entry => entry.Id.Id);

    private IEnumerable<object?> Outcomes => _reloads.GetMeasurementSnapshot().Select(static reload => reload.Tags["outcome"]);

    public void Dispose()
    {
        _store.Dispose();
        _reloads.Dispose();
        _meters.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Before_the_start_nothing_is_in_force() => Assert.Throws<InvalidOperationException>(() => _store.Current);

    [Fact]
    public async Task A_missing_file_refuses_the_start()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => _store.StartAsync(CancellationToken.None));

        Assert.IsAssignableFrom<IOException>(refused.InnerException);
        Assert.Contains("Pulse:Mqtt:AclFile", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invalid_file_refuses_the_start_and_names_its_first_error()
    {
        Write("topic a\ntopic read #x\nTOPIC\n");

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => _store.StartAsync(CancellationToken.None));

        Assert.EndsWith("is invalid in dialect Strict: line 1: error MissingAccess.", refused.Message, StringComparison.Ordinal);
        Assert.Equal([3003, 3003, 3003], Events);
    }

    [Fact]
    public async Task A_good_file_is_in_force_from_the_start()
    {
        await StartAsync("topic read a\n");

        Assert.True(Allows("a"));
        Assert.Equal([3000], Events);
        Assert.Empty(Outcomes);
    }

    [Fact]
    public async Task A_change_is_in_force_once_it_is_read()
    {
        await StartAsync("topic read a\n");
        Write("topic read b\n");

        Assert.True(await _store.ReloadAsync());
        Assert.Equal((false, true), (Allows("a"), Allows("b")));
        Assert.Equal(["loaded"], Outcomes);
    }

    [Fact]
    public async Task The_same_bytes_are_not_read_again()
    {
        await StartAsync("topic read a\n");
        var before = _store.Current;

        Assert.True(await _store.ReloadAsync());
        Assert.Same(before, _store.Current);
        Assert.Empty(Outcomes);
    }

    [Fact]
    public async Task A_file_that_turns_bad_leaves_the_last_good_rules_in_force_and_is_said_once()
    {
        await StartAsync("topic read a\n");
        Write("nonsense\n");

        Assert.False(await _store.ReloadAsync());
        Assert.False(await _store.ReloadAsync());

        Assert.True(Allows("a"));
        Assert.Equal(["kept_last_good"], Outcomes);
        Assert.Equal(1, Events.Count(static id => id == 3001));
        Write("topic read b\n");
        Assert.True(await _store.ReloadAsync());
        Assert.True(Allows("b"));
    }

    [Fact]
    public async Task A_file_that_goes_away_leaves_the_last_good_rules_in_force_and_is_said_once()
    {
        await StartAsync("topic read a\n");
        var before = _store.Current;
        File.Delete(Path);

        Assert.False(await _store.ReloadAsync());
        Assert.False(await _store.ReloadAsync());

        Assert.Same(before, _store.Current);
        Assert.Equal(["kept_last_good"], Outcomes);
        Assert.Equal(1, Events.Count(static id => id == 3002));
        Write("topic read a\n");
        Assert.True(await _store.ReloadAsync());
        Assert.NotSame(before, _store.Current);
        Assert.Equal(["kept_last_good", "loaded"], Outcomes);
    }

    [Fact]
    public async Task No_more_than_twenty_findings_of_a_file_are_logged()
    {
        await StartAsync("topic read a\n");
        Write(string.Concat(Enumerable.Repeat("x\n", 50)));
        _log.Collector.Clear();

        Assert.False(await _store.ReloadAsync());
        Assert.Equal(20, Events.Count(static id => id == 3003));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task A_file_has_its_size(int more, bool isRead)
    {
        await StartAsync("topic read a\n");
        using (var file = new FileStream(Path, FileMode.Create))
        {
            // A comment of zeros would be a NUL byte; a hole after "#" is not read unless the size is allowed.
            file.Write("#"u8);
            file.SetLength((64 * 1024 * 1024) + more);
        }

        Assert.False(await _store.ReloadAsync());
        Assert.Equal(isRead ? 3001 : 3002, Events.Last());
    }

    [Fact]
    public async Task The_file_is_looked_at_every_second_until_the_stop()
    {
        await StartAsync("topic read a\n");
        Write("topic read b\n");
        var started = TimeProvider.System.GetTimestamp();
        while (!Allows("b"))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(10), "The change is not in force.");
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }

        await _store.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(["loaded"], Outcomes);
    }

    private async Task StartAsync(string file)
    {
        Write(file);
        await _store.StartAsync(CancellationToken.None);
    }

    private void Write(string text) => File.WriteAllText(Path, text);

    private bool Allows(string topic) => _store.Current.Check(new AclClient("c", null), AclAccess.Read, AclFile.Bytes(topic)).Allowed;
}
