using Pulse.ReferenceHost.Tests.Identity;
using Xunit.Abstractions;

namespace Pulse.ReferenceHost.Tests.Cli;

/// <summary>The self-check itself, with either provider.</summary>
public sealed class DemoTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Demo_sees_every_promise_hold() => await ObserveAsync("demo");

    [Fact]
    public async Task Demo_sees_every_promise_hold_with_a_real_keycloak()
    {
        if (KeycloakHome.OrSayWhyNot(output) is not null)
        {
            await ObserveAsync("demo", "--idp", "keycloak");
        }
    }

    private async Task ObserveAsync(params string[] arguments)
    {
        await using var process = HostProcess.Start([.. arguments, "--no-fleet"]);

        var exitCode = await process.ExitAsync(TimeSpan.FromMinutes(6));

        output.WriteLine(process.Output);
        Assert.True(exitCode == 0, process.Output);
        Assert.DoesNotContain("NOT SEEN", process.Output, StringComparison.Ordinal);
    }
}
