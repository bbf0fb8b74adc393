using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Mqtt.Tests.Registry;

public sealed class RegistryCacheTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly StubRegistry _registry = new();
    private readonly PulseMqttOptions _options = new() { MaxConnections = 2 };
    private readonly RegistryCache _cache;

    public RegistryCacheTests() => _cache = new RegistryCache(_registry, Options.Create(_options), _time);

    [Fact]
    public async Task An_answer_is_believed_for_its_time_to_the_tick()
    {
        _registry.Answer = new DeviceRegistration(TestDevices.Key(), null, true, true);
        Assert.False(_cache.TryGet(TestDevices.Key(), out _));
        await GetAsync();

        _time.Advance(_options.RegistryCacheFor - TimeSpan.FromTicks(1));
        Assert.True(_cache.TryGet(TestDevices.Key(), out var known));
        Assert.Same(_registry.Answer, known);
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.False(_cache.TryGet(TestDevices.Key(), out _));
        await GetAsync();
        Assert.Equal(2, _registry.Calls);
    }

    [Fact]
    public async Task An_absence_is_believed_for_a_shorter_time()
    {
        Assert.Null(await GetAsync());

        _time.Advance(_options.UnknownDeviceCacheFor - TimeSpan.FromTicks(1));
        Assert.True(_cache.TryGet(TestDevices.Key(), out var absent));
        Assert.Null(absent);
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.False(_cache.TryGet(TestDevices.Key(), out _));
    }

    [Fact]
    public async Task Many_askers_ask_once()
    {
        _registry.Gate = new TaskCompletionSource();
        var askers = Enumerable.Range(0, 10).Select(_ => GetAsync()).ToArray();
        _registry.Gate.SetResult();

        await Task.WhenAll(askers);

        Assert.Equal(1, _registry.Calls);
    }

    [Fact]
    public async Task A_failure_reaches_every_asker_and_is_not_remembered()
    {
        _registry.Gate = new TaskCompletionSource();
        var first = GetAsync();
        var second = GetAsync();
        _registry.Gate.SetException(new TimeoutException());

        await Assert.ThrowsAsync<TimeoutException>(() => first);
        await Assert.ThrowsAsync<TimeoutException>(() => second);
        _registry.Gate = null;
        Assert.Null(await GetAsync());
    }

    [Fact]
    public async Task An_answer_that_was_on_its_way_when_the_device_changed_is_not_believed()
    {
        _registry.Gate = new TaskCompletionSource();
        _registry.Answer = new DeviceRegistration(TestDevices.Key(), null, true, true);
        var asking = GetAsync();
        var gate = _registry.Gate;
        _registry.Gate = null;
        _cache.Invalidate(TestDevices.Key());
        _registry.Answer = _registry.Answer with { Enabled = false };
        gate.SetResult();

        Assert.False((await asking)!.Enabled);
        Assert.Equal(2, _registry.Calls);
    }

    [Fact]
    public async Task Invalidation_forgets()
    {
        await GetAsync();
        _cache.Invalidate(TestDevices.Key());

        Assert.False(_cache.TryGet(TestDevices.Key(), out _));
    }

    [Fact]
    public async Task The_table_is_bounded()
    {
        for (var i = 0; i < 50; i++)
        {
            await _cache.GetAsync(TestDevices.Key(device: $"d{i}"), CancellationToken.None);
        }

        Assert.True(Enumerable.Range(0, 50).Count(i => _cache.TryGet(TestDevices.Key(device: $"d{i}"), out _)) <= 4);
        Assert.True(_cache.TryGet(TestDevices.Key(device: "d49"), out _));
    }

    private Task<DeviceRegistration?> GetAsync() => _cache.GetAsync(TestDevices.Key(), CancellationToken.None).AsTask();

    private sealed class StubRegistry : IDeviceRegistry
    {
        public DeviceRegistration? Answer { get; set; }

        public TaskCompletionSource? Gate { get; set; }

        public int Calls { get; private set; }

        public async ValueTask<DeviceRegistration?> FindAsync(DeviceKey device, CancellationToken cancellationToken)
        {
            Calls++;
            var answer = Answer;
            if (Gate is { } gate)
            {
                await gate.Task;
            }

            return answer;
        }
    }
}
