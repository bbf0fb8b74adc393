using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pulse.Mqtt.Tests;

public sealed class PulseMqttOptionsValidatorTests
{
    public static TheoryData<string, Action<PulseMqttOptions>> Broken => new()
    {
        { "Address must be an IP address such as 127.0.0.1, 0.0.0.0 or ::.", static options => options.Address = "localhost" },
        { "ServicePort must be from 0 to 65535.", static options => options.ServicePort = -1 },
        { "DevicePort must be from 0 to 65535.", static options => options.DevicePort = 65_536 },
        { "WebSocketPort must be from 0 to 65535.", static options => options.WebSocketPort = -1 },
        { "ServicePort, DevicePort and WebSocketPort must differ.", static options => options.DevicePort = options.ServicePort },
        { "ServerCertificate must be set, with its private key.", static options => options.ServerCertificate = null },
        { "AclFile must be the path of the ACL file.", static options => options.AclFile = " " },
        { "AclDialect must be Strict or Mosquitto20.", static options => options.AclDialect = (AclDialect)9 },
        { "MaxPayloadBytes must be from 1 to 65536.", static options => options.MaxPayloadBytes = 65_537 },
        { "MaxPayloadBytes must be from 1 to 65536.", static options => options.MaxPayloadBytes = 0 },
        { "DeviceMessagesPerSecond must be from 5E-324 to 100000.", static options => options.DeviceMessagesPerSecond = 0 },
        { "DeviceMessagesPerSecond must be from 5E-324 to 100000.", static options => options.DeviceMessagesPerSecond = double.NaN },
        { "DeviceBurst must be from 1 to 1000000.", static options => options.DeviceBurst = 0 },
        { "TenantMessagesPerSecond must be from 5E-324 to 1000000.", static options => options.TenantMessagesPerSecond = -1 },
        { "TenantBurst must be from 1 to 1000000.", static options => options.TenantBurst = 0 },
        { "RegistryCacheFor must be from 00:00:01 to 01:00:00.", static options => options.RegistryCacheFor = TimeSpan.Zero },
        { "UnknownDeviceCacheFor must be from 00:00:01 to 01:00:00.", static options => options.UnknownDeviceCacheFor = TimeSpan.FromHours(2) },
        { "BatchMaxMessages must be from 1 to 10000.", static options => options.BatchMaxMessages = 0 },
        { "QueueCapacity must be from 1 to 1000000.", static options => options.QueueCapacity = 0 },
        { "MaxInFlightPerConnection must be from 1 to 65535.", static options => options.MaxInFlightPerConnection = 0 },
        { "MaxConnections must be from 1 to 1000000.", static options => options.MaxConnections = 0 },
        { "ConnectTimeout must be from 00:00:01 to 00:01:00.", static options => options.ConnectTimeout = TimeSpan.FromSeconds(61) },
        { "MaxKeepAlive must be from 00:00:10 to 18:00:00.", static options => options.MaxKeepAlive = TimeSpan.FromSeconds(9) },
    };

    [Fact]
    public void The_defaults_with_certificate_and_file_are_valid() =>
        Assert.True(new PulseMqttOptionsValidator().Validate(null, Valid()).Succeeded);

    [Fact]
    public void Free_ports_may_be_asked_for_three_times()
    {
        var options = Valid();
        (options.ServicePort, options.DevicePort, options.WebSocketPort) = (0, 0, 0);

        Assert.True(new PulseMqttOptionsValidator().Validate(null, options).Succeeded);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_setting_out_of_range_is_named(string message, Action<PulseMqttOptions> breakIt)
    {
        var options = Valid();
        breakIt(options);

        Assert.Equal(["Pulse:Mqtt: " + message], new PulseMqttOptionsValidator().Validate(null, options).Failures);
    }

    private static PulseMqttOptions Valid()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var certificate = new CertificateRequest("CN=endpoint", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        return new PulseMqttOptions { ServerCertificate = certificate, AclFile = "acl.conf" };
    }
}
