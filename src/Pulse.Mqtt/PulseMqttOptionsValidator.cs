using System.Net;
using Microsoft.Extensions.Options;

namespace Pulse.Mqtt;

/// <summary>Checks the settings at start; every message names the setting and what it may be.</summary>
internal sealed class PulseMqttOptionsValidator : IValidateOptions<PulseMqttOptions>
{
    private const int MaxPort = 65_535;

    public ValidateOptionsResult Validate(string? name, PulseMqttOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = new List<string>();

        Check(IPAddress.TryParse(options.Address, out _), nameof(options.Address), "be an IP address such as 127.0.0.1, 0.0.0.0 or ::");
        CheckRange(options.ServicePort, 0, MaxPort, nameof(options.ServicePort));
        CheckRange(options.DevicePort, 0, MaxPort, nameof(options.DevicePort));
        CheckRange(options.WebSocketPort, 0, MaxPort, nameof(options.WebSocketPort));
        var ports = new[] { options.ServicePort, options.DevicePort, options.WebSocketPort }.Where(static port => port != 0).ToArray();
        Check(ports.Distinct().Count() == ports.Length, $"{nameof(options.ServicePort)}, {nameof(options.DevicePort)} and {nameof(options.WebSocketPort)}", "differ");
        Check(options.ServerCertificate is { HasPrivateKey: true }, nameof(options.ServerCertificate), "be set, with its private key");
        Check(!string.IsNullOrWhiteSpace(options.AclFile), nameof(options.AclFile), "be the path of the ACL file");
        Check(Enum.IsDefined(options.AclDialect), nameof(options.AclDialect), "be Strict or Mosquitto20");
        CheckRange(options.MaxPayloadBytes, 1, 65_536, nameof(options.MaxPayloadBytes));
        CheckRange(options.DeviceMessagesPerSecond, double.Epsilon, 100_000, nameof(options.DeviceMessagesPerSecond));
        CheckRange(options.DeviceBurst, 1, 1_000_000, nameof(options.DeviceBurst));
        CheckRange(options.TenantMessagesPerSecond, double.Epsilon, 1_000_000, nameof(options.TenantMessagesPerSecond));
        CheckRange(options.TenantBurst, 1, 1_000_000, nameof(options.TenantBurst));
        CheckRange(options.RegistryCacheFor, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), nameof(options.RegistryCacheFor));
        CheckRange(options.UnknownDeviceCacheFor, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), nameof(options.UnknownDeviceCacheFor));
        CheckRange(options.BatchMaxMessages, 1, 10_000, nameof(options.BatchMaxMessages));
        CheckRange(options.QueueCapacity, 1, 1_000_000, nameof(options.QueueCapacity));
        CheckRange(options.MaxInFlightPerConnection, 1, ushort.MaxValue, nameof(options.MaxInFlightPerConnection));
        CheckRange(options.MaxConnections, 1, 1_000_000, nameof(options.MaxConnections));
        CheckRange(options.ConnectTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), nameof(options.ConnectTimeout));
        CheckRange(options.MaxKeepAlive, TimeSpan.FromSeconds(10), TimeSpan.FromHours(18), nameof(options.MaxKeepAlive));

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(bool holds, string setting, string rule)
        {
            if (!holds)
            {
                failures.Add($"{PulseMqttOptions.SectionName}: {setting} must {rule}.");
            }
        }

        void CheckRange<T>(T value, T least, T most, string setting)
            where T : IComparable<T> =>
            Check(value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0, setting, $"be from {least} to {most}");
    }
}
