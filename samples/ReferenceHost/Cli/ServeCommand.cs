using Pulse.ReferenceHost.Development;
using Pulse.ReferenceHost.Development.Identity;

namespace Pulse.ReferenceHost.Cli;

/// <summary>Runs the host until it is told to stop.</summary>
internal static class ServeCommand
{
    /// <summary>Runs with the settings of the environment; everything that is missing is named at once.</summary>
    public static async Task<int> RunAsync(CancellationToken stop)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var settings = configuration.GetSection(HostSettings.SectionName).Get<HostSettings>() ?? new HostSettings();
        var missing = settings.Missing().ToList();
        if (missing.Count > 0)
        {
            throw new UsageException(
                $"These settings are missing from the environment:{string.Concat(missing.Select(name => "\n  " + name))}\n"
                + "For development mode, which makes them up, add --development.");
        }

        await using var app = await PulseHost.BuildAsync(settings, Environments.Production, configure: null, stop);
        await PulseHost.StartAsync(app, stop);
        Console.Out.WriteLine($"listening on {settings.Url}");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.StopAsync(CancellationToken.None);
        return 0;
    }

    public static async Task<int> RunDevelopmentAsync(DevelopmentOptions options, CancellationToken stop)
    {
        await using (var host = await DevelopmentHost.StartAsync(options, step => Console.Out.WriteLine($"  {step} …"), stop))
        {
            Console.Out.WriteLine(Describe(host));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Console.Out.WriteLine("stopping …");
        }

        Console.Out.WriteLine($"stopped; your data is kept in {options.Root}");
        return 0;
    }

    internal static string MosquittoPubLine(DevelopmentHost host)
    {
        var device = DevelopmentDevices.Reserved;
        return $$$"""
            mosquitto_pub -h 127.0.0.1 -p {{{host.Options.DevicePort}}} --cafile '{{{host.Certificates.AuthorityCertificateFile}}}' --cert '{{{host.ReservedDevice.Certificate}}}' --key '{{{host.ReservedDevice.PrivateKey}}}' -q 1 -t 'tenant/{{{device.TenantId}}}/device/{{{device.DeviceId}}}/telemetry' -m '{"version":"1","metrics":{"temperature":21.5}}'
            """;
    }

    private static string Describe(DevelopmentHost host) =>
        $"""

        Pulse is running.

          console     {host.Url}
          users       {string.Join(", ", DevelopmentUsers.All.Select(user => $"{user.UserName} ({user.TenantId ?? "all tenants"}, {user.Role})"))}
                      password of each: {DevelopmentSecrets.UserPassword}
          provider    {host.Issuer}
          MQTT        127.0.0.1:{host.Options.DevicePort} and wss://127.0.0.1:{host.Options.WebSocketPort} (client certificate), 127.0.0.1:{host.Options.ServicePort} (service password)
          data        {host.Options.Root}
          database    {host.Database.DataDirectory}; on a socket, no port: psql -h {host.Database.SocketDirectory} -U pulse_app_login pulse

        Send a message as {DevelopmentDevices.Reserved.MqttName}, a device kept for you; then look at the console as alice:

        {MosquittoPubLine(host)}

        Stop with Ctrl-C. What is stored stays; ./run.sh reset removes it.
        """;
}
