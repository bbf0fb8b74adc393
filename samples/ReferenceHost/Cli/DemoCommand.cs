using Pulse.ReferenceHost.Demo;
using Pulse.ReferenceHost.Development;

namespace Pulse.ReferenceHost.Cli;

/// <summary>The self-check: everything started for real on free ports in a temporary folder, and removed afterwards.</summary>
internal static class DemoCommand
{
    public static async Task<int> RunAsync(DevelopmentOptions options, CancellationToken stop)
    {
        var root = Directory.CreateTempSubdirectory("pulse-demo-").FullName;
        try
        {
            var demo = options.OnFreePorts() with { Root = root, Durable = false, LogLevel = LogLevel.Error };
            await using var host = await DevelopmentHost.StartAsync(demo, step => Console.Out.WriteLine($"  {step} …"), stop);
            Console.Out.WriteLine($"  signing {(options.Provider == IdentityProviderKind.Keycloak ? "in at Keycloak" : "in")} …");
            await using var world = await DemoWorld.OpenAsync(host, stop);
            Console.Out.WriteLine();
            return await DemoRun.ObserveAllAsync(world, Console.Out, stop) ? 0 : 1;
        }
        finally
        {
            using var folder = DevelopmentFolder.Open(root);
            folder.Delete();
        }
    }
}
