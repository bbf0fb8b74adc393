using Microsoft.Extensions.Logging;

namespace Pulse.Auth;

/// <summary>The current keys of one issuer. Requests read a snapshot without a lock; one fetch runs at a time.</summary>
internal sealed class IssuerKeys : IDisposable
{
    private readonly KeySetAddress _address;
    private readonly KeySetLimits _limits;
    private readonly KeySetLoader _loader;
    private readonly AuthMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly UnknownKeyPermits _permits;
    private readonly AbsentKeyIds _absent;
    private readonly FailurePause _pause;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();

    private SigningKeySnapshot? _snapshot;
    private Task<bool>? _flight;

    public IssuerKeys(KeySetAddress address, KeySetLimits limits, IKeyDocuments documents, AuthMetrics metrics, TimeProvider time, ILogger logger)
    {
        _address = address;
        _limits = limits;
        _loader = new KeySetLoader(address, limits, documents);
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _permits = new UnknownKeyPermits(time);
        _absent = new AbsentKeyIds(time);
        _pause = new FailurePause(time);
    }

    /// <summary>The keys to use now; null when none were fetched yet or the last ones are too old to be trusted.</summary>
    public SigningKeySnapshot? Current
    {
        get
        {
            var snapshot = Volatile.Read(ref _snapshot);
            return snapshot is null || _time.GetElapsedTime(snapshot.FetchedAt) >= _limits.MaxStaleness ? null : snapshot;
        }
    }

    /// <summary>Age of the newest keys, usable or not; null before the first fetch.</summary>
    public TimeSpan? Age
    {
        get
        {
            var snapshot = Volatile.Read(ref _snapshot);
            return snapshot is null ? null : _time.GetElapsedTime(snapshot.FetchedAt);
        }
    }

    /// <summary>How fit the keys are; stale once the latest refresh in time would have ended.</summary>
    public KeySetState State
    {
        get
        {
            if (Current is null)
            {
                return KeySetState.Unusable;
            }

            return Age > (_limits.RefreshInterval * 1.1) + _limits.FetchTimeout ? KeySetState.Stale : KeySetState.Fresh;
        }
    }

    /// <summary>What is left of the pause after a failure, at least one second.</summary>
    public TimeSpan RetryAfter
    {
        get
        {
            lock (_gate)
            {
                return new TimeSpan(Math.Max(_pause.Left.Ticks, FailurePause.Shortest.Ticks));
            }
        }
    }

    /// <summary>When the background refresh is due: after a failure the pause, else the interval give or take a tenth.</summary>
    public TimeSpan NextRefresh
    {
        get
        {
            lock (_gate)
            {
                // Timers count whole milliseconds: rounded down, they would end before the pause does.
                return _pause.IsAfterFailure
                    ? TimeSpan.FromMilliseconds(Math.Ceiling(_pause.Left.TotalMilliseconds))
                    : Jitter.Spread(_limits.RefreshInterval);
            }
        }
    }

    /// <summary>Refreshes because a token, correct so far, needs a key that was not there.</summary>
    /// <param name="missing">The key, and the snapshot it is not in.</param>
    /// <param name="cancellationToken">Ends the wait, not the fetch.</param>
    public async ValueTask<KeyRefresh> RefreshForTokenAsync(MissingKey missing, CancellationToken cancellationToken)
    {
        Task<bool> flight;
        var isOurs = false;
        lock (_gate)
        {
            if (Current?.Generation > missing.JudgedWith)
            {
                // Another's fetch ended since: a second one, and the permit for it, would bring nothing.
                return KeyRefresh.Done;
            }

            if (_absent.Contains(missing.KeyId))
            {
                _metrics.UnknownKeyThrottled();
                return KeyRefresh.Throttled;
            }

            if (_flight is not null)
            {
                flight = _flight;
            }
            else if (_pause.Left > TimeSpan.Zero)
            {
                return KeyRefresh.Failed;
            }
            else if (Current is not null && !_pause.IsAfterFailure && !_permits.TryTake())
            {
                // After a failure the pause alone governs: permits spent on a provider that is down would hide its return.
                _metrics.UnknownKeyThrottled();
                return KeyRefresh.Throttled;
            }
            else
            {
                flight = StartLocked("token");
                isOurs = true;
            }
        }

        if (!await flight.WaitAsync(cancellationToken).ConfigureAwait(false))
        {
            return KeyRefresh.Failed;
        }

        // A fetch that ran already may have read the set before the key was published.
        if (isOurs)
        {
            RememberIfAbsent(missing.KeyId);
        }

        return KeyRefresh.Done;
    }

    /// <summary>Refreshes because it is time, or joins the fetch that runs; false at once while the pause after a failure lasts.</summary>
    public Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_flight is null && _pause.Left > TimeSpan.Zero)
            {
                return Task.FromResult(false);
            }

            return (_flight ?? StartLocked(_snapshot is null ? "startup" : "timer")).WaitAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private void RememberIfAbsent(string keyId)
    {
        lock (_gate)
        {
            if (_snapshot?.Find(keyId) is null)
            {
                _absent.Add(keyId);
            }
        }
    }

    // The fetch is nobody's request: it ends by its own timeout, whoever stops waiting.
    private Task<bool> StartLocked(string trigger)
    {
        var stopping = _stopping.Token;
        _flight = Task.Run(() => FetchAsync(trigger, stopping), CancellationToken.None);
        return _flight;
    }

    private async Task<bool> FetchAsync(string trigger, CancellationToken stopping)
    {
        using var timeout = new CancellationTokenSource(_limits.FetchTimeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        using var activity = AuthActivities.StartKeyFetch(_address.Issuer, trigger);
        var started = _time.GetTimestamp();
        KeySetProblem problem;
        IReadOnlyList<SigningKey> keys = [];
        try
        {
            (problem, keys) = await _loader.LoadAsync(linked.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // A fetch that dies must not leave its waiters waiting; whatever it was, there are no new keys.
            Log.KeyRefreshBroke(_logger, exception, _address.Issuer);
            problem = KeySetProblem.Unexpected;
        }

        Complete(problem, keys);
        AuthActivities.EndKeyFetch(activity, problem);
        _metrics.KeysRefreshed(_address.Issuer, trigger, problem, _time.GetElapsedTime(started));
        return problem == KeySetProblem.None;
    }

    private void Complete(KeySetProblem problem, IReadOnlyList<SigningKey> keys)
    {
        lock (_gate)
        {
            _flight = null;
            if (problem == KeySetProblem.None)
            {
                _pause.End();
                _absent.Clear();
                Volatile.Write(ref _snapshot, new SigningKeySnapshot(keys, _time.GetTimestamp(), (_snapshot?.Generation ?? 0) + 1));
            }
            else
            {
                _pause.Begin();
            }
        }

        if (problem == KeySetProblem.None)
        {
            Log.KeysRefreshed(_logger, _address.Issuer, keys.Count);
        }
        else
        {
            Log.KeyRefreshFailed(_logger, _address.Issuer, problem);
            if (Volatile.Read(ref _snapshot) is null)
            {
                Log.NoKeysYet(_logger, _address.Issuer, _address.Jwks ?? _address.Metadata, problem);
            }
        }
    }
}
