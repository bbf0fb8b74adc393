using System.Net;
using System.Net.Sockets;
using Pulse.ReferenceHost.Cli;

namespace Pulse.ReferenceHost.Tests.Cli;

/// <summary>The command line as a person meets it: exit codes and words.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_names_every_command()
    {
        var (exitCode, output) = await RunAsync("--help");

        Assert.Equal(0, exitCode);
        Assert.All(
            ["serve", "demo", "reset", "bootstrap", "migrate", "doctor", "audit", "token", "acl", "mosquitto", "cert", "csr", "ca"],
            command => Assert.Contains($"\n  {command} ", output, StringComparison.Ordinal));
        Assert.Contains("version 0.", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--mqtts-port N", "serve", "--help")]
    [InlineData("--no-fleet", "help", "demo")]
    [InlineData("--data DIR", "reset", "-h")]
    [InlineData("--database NAME", "help", "bootstrap")]
    [InlineData("pulse_owner", "help", "migrate")]
    [InlineData("--baseline FILE", "doctor", "--help")]
    [InlineData("audit verify", "audit", "verify", "--help")]
    [InlineData("token jwks FILE", "help", "token")]
    [InlineData("acl generate", "acl", "--help")]
    [InlineData("mosquitto lint", "help", "mosquitto")]
    [InlineData("cert validate", "help", "cert")]
    [InlineData("csr inspect", "csr", "--help")]
    [InlineData("ca init", "help", "ca")]
    public void Help_about_a_command_tells_of_that_command_alone(string expected, params string[] arguments)
    {
        var text = HelpText.AskedFor(arguments);

        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.DoesNotContain("Pulse reference host", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no command \"sreve\"", "sreve")]
    [InlineData("There is no command \"sreve\"", "help", "sreve")]
    [InlineData("There is no command \"crl\"", "crl", "build")]
    [InlineData("There is no option \"--prot\"", "serve", "--prot", "1")]
    [InlineData("--port needs a value", "serve", "--port")]
    [InlineData("--port is a port from 1 to 65535, not \"70000\"", "serve", "--development", "--port", "70000")]
    [InlineData("--idp is embedded or keycloak", "serve", "--development", "--idp", "okta")]
    [InlineData("--idp is embedded or keycloak", "serve", "--development", "--idp=okta")]
    public async Task Bad_usage_says_what_is_wrong_and_exits_with_2(string expected, params string[] arguments)
    {
        var (exitCode, output) = await RunAsync(arguments);

        Assert.Equal(2, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outside_development_every_missing_setting_is_named_at_once()
    {
        var (exitCode, output) = await RunAsync("serve");

        Assert.Equal(2, exitCode);
        Assert.Contains("Pulse__Database__App", output, StringComparison.Ordinal);
        Assert.Contains("Pulse__Mqtt__ServicePassword", output, StringComparison.Ordinal);
        Assert.Contains("--development", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve", "--development")]
    [InlineData("demo")]
    public async Task Development_mode_is_refused_in_production(params string[] arguments)
    {
        await using var process = HostProcess.StartIn("Production", arguments);

        Assert.Equal(2, await process.ExitAsync());
        Assert.Contains("refused while DOTNET_ENVIRONMENT", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_named_with_the_option_that_moves_it()
    {
        await using var root = new DevelopmentRoot();
        using var taken = new TcpListener(IPAddress.Loopback, root.Options.DevicePort);
        taken.Start();

        var (exitCode, output) = await RunAsync(HostProcess.ServeArguments(root.Options));

        Assert.Equal(2, exitCode);
        Assert.Contains($"Port {root.Options.DevicePort} on 127.0.0.1 cannot be used", output, StringComparison.Ordinal);
        Assert.Contains("--mqtts-port", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_start_says_who_runs_and_a_stopped_host_starts_again_with_its_data()
    {
        await using var root = new DevelopmentRoot();
        var arguments = HostProcess.ServeArguments(root.Options);
        await using (var first = HostProcess.Start([.. arguments, "--no-fleet"]))
        {
            await first.RunningAsync();

            var (exitCode, output) = await RunAsync(arguments);
            Assert.Equal(2, exitCode);
            Assert.Contains("already runs", output, StringComparison.Ordinal);
            Assert.Contains($"http://127.0.0.1:{root.Options.HttpPort}", output, StringComparison.Ordinal);

            await first.SignalAsync("INT");
            Assert.Equal(0, await first.ExitAsync());
            Assert.Contains("your data is kept", first.Output, StringComparison.Ordinal);
        }

        var certificate = await File.ReadAllTextAsync(Path.Combine(root.Options.Root, "devices", "acme", "bench-1", "cert.pem"));
        await using var second = HostProcess.Start([.. arguments, "--no-fleet"]);
        await second.RunningAsync();
        Assert.Equal(certificate, await File.ReadAllTextAsync(Path.Combine(root.Options.Root, "devices", "acme", "bench-1", "cert.pem")));
        second.Kill();
        await second.ExitAsync();

        var reset = await RunAsync("reset", "--data", root.Options.Root);
        Assert.Equal(0, reset.ExitCode);
        Assert.False(Directory.Exists(root.Options.Root));
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        await using var process = HostProcess.Start(arguments);
        var exitCode = await process.ExitAsync();
        return (exitCode, process.Output);
    }
}
