namespace Pulse.ReferenceHost.Development;

/// <summary>Leaves signals to the program: only it knows in which order provider, host, fleet and database end.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
