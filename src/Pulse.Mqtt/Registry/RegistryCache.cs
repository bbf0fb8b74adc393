using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Pulse.Mqtt;

/// <summary>
/// Remembers registrations and absences for a while, bounded, and asks the registry once however many messages wait for the same device.
/// </summary>
internal sealed class RegistryCache(IDeviceRegistry registry, IOptions<PulseMqttOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<DeviceKey, Entry> _entries = new();
    private readonly int _capacity = options.Value.MaxConnections * 2;
    private readonly Lock _pruning = new();

    /// <summary>Whether the answer is known; the answer itself may be that there is no such device.</summary>
    public bool TryGet(DeviceKey device, out DeviceRegistration? registration)
    {
        registration = null;
        if (!_entries.TryGetValue(device, out var entry) || !entry.Load.IsCompletedSuccessfully || IsStale(entry))
        {
            return false;
        }

        registration = entry.Load.Result;
        return true;
    }

    /// <summary>Returns the known answer or asks for it. Throws what the registry throws.</summary>
    public async ValueTask<DeviceRegistration?> GetAsync(DeviceKey device, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryGet(device, out var known))
            {
                return known;
            }

            var (entry, isMine) = Join(device);
            if (isMine)
            {
                await LoadAsync(device, entry, cancellationToken).ConfigureAwait(false);
            }

            var loaded = await entry.Load.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (IsCurrent(device, entry))
            {
                return loaded;
            }

            // Invalidated while the answer was on its way: it may be older than the change, so ask again.
        }
    }

    /// <summary>Forgets a device; an answer on its way is not believed either.</summary>
    public void Invalidate(DeviceKey device) => _entries.TryRemove(device, out _);

    private (Entry Entry, bool IsMine) Join(DeviceKey device)
    {
        var mine = new Entry();
        while (true)
        {
            MakeRoom();
            var entry = _entries.GetOrAdd(device, mine);
            if (ReferenceEquals(entry, mine))
            {
                return (mine, true);
            }

            if (!entry.Load.IsCompleted || (entry.Load.IsCompletedSuccessfully && !IsStale(entry)))
            {
                return (entry, false);
            }

            if (_entries.TryUpdate(device, mine, entry))
            {
                return (mine, true);
            }
        }
    }

    private async Task LoadAsync(DeviceKey device, Entry entry, CancellationToken cancellationToken)
    {
        try
        {
            var registration = await registry.FindAsync(device, cancellationToken).ConfigureAwait(false);
            var lifetime = registration is null ? options.Value.UnknownDeviceCacheFor : options.Value.RegistryCacheFor;
            entry.ExpiresAt = time.GetUtcNow() + lifetime;
            entry.Complete(registration);
        }
        catch (Exception exception)
        {
            // Whatever went wrong, everybody who waits learns it, and the next one asks again.
            _entries.TryRemove(KeyValuePair.Create(device, entry));
            entry.Fail(exception);
        }
    }

    private bool IsCurrent(DeviceKey device, Entry entry) =>
        _entries.TryGetValue(device, out var current) && ReferenceEquals(current, entry);

    private bool IsStale(Entry entry) => entry.ExpiresAt <= time.GetUtcNow();

    private void MakeRoom()
    {
        if (_entries.Count < _capacity)
        {
            return;
        }

        lock (_pruning)
        {
            var surplus = _entries.Count - (_capacity - (_capacity / 16) - 1);
            foreach (var (key, entry) in _entries)
            {
                var isDone = entry.Load.IsCompleted;
                if (isDone && (surplus > 0 || IsStale(entry)))
                {
                    _entries.TryRemove(KeyValuePair.Create(key, entry));
                    surplus--;
                }
            }
        }
    }

    private sealed class Entry
    {
        private readonly TaskCompletionSource<DeviceRegistration?> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<DeviceRegistration?> Load => _source.Task;

        public DateTimeOffset ExpiresAt { get; set; }

        public void Complete(DeviceRegistration? registration) => _source.SetResult(registration);

        public void Fail(Exception exception)
        {
            _source.SetException(exception);
            _ = _source.Task.Exception;
        }
    }
}
