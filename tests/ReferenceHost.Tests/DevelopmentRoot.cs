using Pulse.ReferenceHost.Development;

namespace Pulse.ReferenceHost.Tests;

/// <summary>A development folder of a test's own, on free ports, removed with its database at the end.</summary>
public sealed class DevelopmentRoot : IAsyncDisposable
{
    internal DevelopmentOptions Options { get; } = new DevelopmentOptions
    {
        Root = Directory.CreateTempSubdirectory("pulse-host-").FullName,
        Fleet = false,
        Durable = false,
    }.OnFreePorts();

    public async ValueTask DisposeAsync()
    {
        if (!Directory.Exists(Options.Root))
        {
            return;
        }

        using var folder = DevelopmentFolder.Open(Options.Root);
        var (data, _) = await folder.ChoosePostgresAsync(CancellationToken.None);
        await PostgresCluster.StopIfRunningAsync(data, CancellationToken.None);
        folder.Delete();
    }
}
