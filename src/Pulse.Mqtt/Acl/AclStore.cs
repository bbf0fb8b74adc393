using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pulse.Mqtt;

/// <summary>The rules in force: loaded before anything listens, watched by content, never replaced by a bad file.</summary>
internal sealed class AclStore(IOptions<PulseMqttOptions> options, MqttMetrics metrics, TimeProvider time, ILogger<AclStore> logger)
    : IHostedService, IAclReloader, IDisposable
{
    private const int MaxBytes = 64 * 1024 * 1024;

    private const int MaxLoggedDiagnostics = 20;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private volatile AclDocument? _current;
    private byte[] _bytes = [];
    private bool _lastFailed;
    private Task _polling = Task.CompletedTask;

    /// <summary>The rules in force.</summary>
    /// <exception cref="InvalidOperationException">Nothing is loaded yet.</exception>
    public AclDocument Current => _current ?? throw new InvalidOperationException("The ACL is not loaded yet.");

    private string Path => options.Value.AclFile;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        byte[] bytes;
        try
        {
            bytes = await ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"The ACL file '{Path}' ({PulseMqttOptions.SectionName}:{nameof(PulseMqttOptions.AclFile)}) cannot be read. Without it nobody may do anything, so the start is refused.",
                exception);
        }

        var result = Parse(bytes);
        if (!result.Succeeded)
        {
            throw new InvalidOperationException(
                $"The ACL file '{Path}' ({PulseMqttOptions.SectionName}:{nameof(PulseMqttOptions.AclFile)}) is invalid in dialect {options.Value.AclDialect}: {FirstError(result)}.");
        }

        _polling = PollAsync(_stop.Token);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _polling.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> ReloadAsync(CancellationToken cancellationToken = default)
    {
        await _loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var bytes = await ReadAsync(cancellationToken).ConfigureAwait(false);
            if (_current is not null && bytes.AsSpan().SequenceEqual(_bytes))
            {
                return !_lastFailed;
            }

            var result = Parse(bytes);
            metrics.AclReloaded(result.Succeeded);
            if (!result.Succeeded)
            {
                Log.AclInvalid(logger, Path, FirstError(result));
            }

            return result.Succeeded;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!_lastFailed)
            {
                Log.AclUnreadable(logger, Path, exception);
                metrics.AclReloaded(succeeded: false);
            }

            // Whatever appears there next is read, even the same bytes.
            _lastFailed = true;
            _bytes = [];
            return false;
        }
        finally
        {
            _loading.Release();
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        _loading.Dispose();
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var timer = new PeriodicTimer(PollInterval, time);
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                await PollOnceAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task PollOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReloadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The watch must outlive whatever the file system comes up with.
            Log.AclUnreadable(logger, Path, exception);
            metrics.AclReloaded(succeeded: false);
        }
    }

    private async ValueTask<byte[]> ReadAsync(CancellationToken cancellationToken)
    {
        var file = new FileInfo(Path);
        if (file.Exists && file.Length > MaxBytes)
        {
            throw new IOException($"The ACL file is larger than {MaxBytes} bytes.");
        }

        return await File.ReadAllBytesAsync(Path, cancellationToken).ConfigureAwait(false);
    }

    private AclParseResult Parse(byte[] bytes)
    {
        var result = AclDocument.Parse(bytes, options.Value.AclDialect);
        foreach (var diagnostic in result.Diagnostics.Take(MaxLoggedDiagnostics))
        {
            Log.AclDiagnosed(logger, Path, diagnostic);
        }

        _bytes = bytes;
        _lastFailed = !result.Succeeded;
        if (result.Succeeded)
        {
            _current = result.Document;
            Log.AclLoaded(logger, Path, result.Diagnostics.Count);
        }

        return result;
    }

    private static AclDiagnostic FirstError(AclParseResult result) =>
        result.Diagnostics.First(static diagnostic => diagnostic.Severity == AclSeverity.Error);
}
