using Pulse.ReferenceHost.Development;

namespace Pulse.ReferenceHost.Cli;

/// <summary>Removes what development mode keeps.</summary>
internal static class ResetCommand
{
    public static async Task<int> RunAsync(string root, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(root))
        {
            Console.Out.WriteLine($"nothing to reset: {root} does not exist");
            return 0;
        }

        using var folder = DevelopmentFolder.Open(root);
        var (data, _) = await folder.ChoosePostgresAsync(cancellationToken);
        await PostgresCluster.StopIfRunningAsync(data, cancellationToken);
        folder.Delete();
        Console.Out.WriteLine($"removed {root}");
        return 0;
    }
}
