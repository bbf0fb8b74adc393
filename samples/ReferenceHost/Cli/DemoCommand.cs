using Pulse.ReferenceHost.Demo;
using Pulse.ReferenceHost.Development;
using Terminal = System.Console;

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
            await using var host = await DevelopmentHost.StartAsync(demo, step => Terminal.Out.WriteLine($"  {step} …"), stop);
            Terminal.Out.WriteLine($"  signing {(options.Provider == IdentityProviderKind.Keycloak ? "in at Keycloak" : "in")} …");
            await using var world = await DemoWorld.OpenAsync(host, stop);
            Terminal.Out.WriteLine();
            return await DemoRun.ObserveAllAsync(world, Terminal.Out, stop) ? 0 : 1;
        }
        finally
        {
            using var folder = DevelopmentFolder.Open(root);
            folder.Delete();
        }
    }
}
