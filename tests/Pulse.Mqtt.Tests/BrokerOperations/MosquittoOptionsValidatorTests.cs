namespace Pulse.Mqtt.Tests.BrokerOperations;

public sealed class MosquittoOptionsValidatorTests
{
    public static TheoryData<string, Action<MosquittoOptions>> Wrong => new()
    {
        { "AclFile", static options => options.AclFile = " " },
        { "MaxUsers", static options => options.MaxUsers = 0 },
        { "MaxUsers", static options => options.MaxUsers = 10_001 },
        { "PidFile", static options => (options.PidFile, options.SignalCommand) = ("p", ["c"]) },
        { "Host", static options => options.Host = "" },
        { "Port", static options => options.Port = 0 },
        { "Port", static options => options.Port = 65_536 },
        { "DevicePort", static options => options.DevicePort = 0 },
        { "DevicePort", static options => options.DevicePort = 65_536 },
        { "AllowPlaintextOnLoopback", static options => (options.AllowPlaintextOnLoopback, options.Host) = (true, "broker.example") },
        { "AllowPlaintextOnLoopback", static options => (options.AllowPlaintextOnLoopback, options.Host) = (true, "192.0.2.1") },
        { "UserName", static options => options.UserName = "" },
        { "Password", static options => options.Password = "" },
        { "Timeout", static options => options.Timeout = TimeSpan.FromMilliseconds(999) },
        { "Timeout", static options => options.Timeout = TimeSpan.FromMinutes(5.1) },
        { "CanaryInterval", static options => options.CanaryInterval = TimeSpan.Zero },
        { "CanaryInterval", static options => options.CanaryInterval = TimeSpan.FromHours(1.1) },
    };

    public static TheoryData<Action<MosquittoOptions>> Right => new()
    {
        static _ => { },
        static options => (options.MaxUsers, options.Port, options.DevicePort) = (1, 1, 65_535),
        static options => (options.PidFile, options.Timeout, options.CanaryInterval) = ("p", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        static options => (options.SignalCommand, options.Timeout, options.CanaryInterval) = (["c"], TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1)),
        static options => options.AllowPlaintextOnLoopback = true,
        static options => (options.AllowPlaintextOnLoopback, options.Host) = (true, "localhost"),
        static options => (options.AllowPlaintextOnLoopback, options.Host) = (true, "::1"),
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_setting_is_named(string setting, Action<MosquittoOptions> change)
    {
        var result = new MosquittoOptionsValidator().Validate(null, Options(change));

        Assert.StartsWith($"Pulse:Mosquitto: {setting} must ", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Right))]
    public void The_defaults_and_the_limits_are_taken(Action<MosquittoOptions> change) =>
        Assert.True(new MosquittoOptionsValidator().Validate(null, Options(change)).Succeeded);

    private static MosquittoOptions Options(Action<MosquittoOptions> change)
    {
        var options = new MosquittoOptions { AclFile = "acl.conf", UserName = "svc", Password = "secret" };
        change(options);
        return options;
    }
}
