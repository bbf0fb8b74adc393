using System.Security.Cryptography.X509Certificates;

namespace Pulse.Mqtt;

/// <summary>Settings of the device endpoint.</summary>
public sealed class PulseMqttOptions
{
    /// <summary>The configuration section these settings are usually bound from.</summary>
    public const string SectionName = "Pulse:Mqtt";

    /// <summary>The IP address the three listeners bind. Default <c>127.0.0.1</c>; <c>0.0.0.0</c> or <c>::</c> for every interface.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Port of the service listener: TLS, user name and password. Default 1883; 0 picks a free one. Do not publish it.</summary>
    public int ServicePort { get; set; } = 1883;

    /// <summary>Port of the device listener: TLS with a client certificate. Default 8883; 0 picks a free one.</summary>
    public int DevicePort { get; set; } = 8883;

    /// <summary>Port of the WebSocket listener: TLS with a client certificate, sub-protocol <c>mqtt</c>. Default 9001; 0 picks a free one.</summary>
    public int WebSocketPort { get; set; } = 9001;

    /// <summary>The endpoint's certificate with its private key. Required.</summary>
    public X509Certificate2? ServerCertificate { get; set; }

    /// <summary>The intermediate certificates sent with it. Default empty.</summary>
    public X509Certificate2Collection ServerCertificateChain { get; set; } = [];

    /// <summary>Path of the ACL file. Required; a missing or invalid file refuses the start.</summary>
    public string AclFile { get; set; } = string.Empty;

    /// <summary>How the ACL file is read. Default <see cref="AclDialect.Strict"/>.</summary>
    public AclDialect AclDialect { get; set; } = AclDialect.Strict;

    /// <summary>Largest payload of a message in bytes. Default 8192; 1 to 65536.</summary>
    public int MaxPayloadBytes { get; set; } = 8192;

    /// <summary>Messages per second a device may send for long. Default 5; above 0, at most 100000.</summary>
    public double DeviceMessagesPerSecond { get; set; } = 5;

    /// <summary>Messages a device may send at once. Default 20; 1 to 1000000.</summary>
    public int DeviceBurst { get; set; } = 20;

    /// <summary>Messages per second all devices of a tenant may send for long. Default 500; above 0, at most 1000000.</summary>
    public double TenantMessagesPerSecond { get; set; } = 500;

    /// <summary>Messages all devices of a tenant may send at once. Default 1000; 1 to 1000000.</summary>
    public int TenantBurst { get; set; } = 1000;

    /// <summary>How long a registration is believed. Default 60 s; 1 s to 1 h. <see cref="ISessionControl"/> ends it sooner.</summary>
    public TimeSpan RegistryCacheFor { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long "there is no such device" is believed. Default 10 s; 1 s to 1 h.</summary>
    public TimeSpan UnknownDeviceCacheFor { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Most messages written to the sink at once. Default 500; 1 to 10000.</summary>
    public int BatchMaxMessages { get; set; } = 500;

    /// <summary>Messages that may wait for the sink; a full queue stops the reading of connections. Default 10000; 1 to 1000000. Times <see cref="MaxPayloadBytes"/> it bounds the memory.</summary>
    public int QueueCapacity { get; set; } = 10_000;

    /// <summary>Unacknowledged messages per connection, announced to MQTT 5 clients as Receive Maximum; beyond it the connection is not read. Default 128; 1 to 65535.</summary>
    public int MaxInFlightPerConnection { get; set; } = 128;

    /// <summary>Connections of all three listeners together. Default 10000; 1 to 1000000.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Time for the TLS handshake, and again for the CONNECT packet. Default 10 s; 1 s to 60 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The keep-alive given to clients that ask for none or a longer one. Default 5 min; 10 s to 18 h.</summary>
    public TimeSpan MaxKeepAlive { get; set; } = TimeSpan.FromMinutes(5);
}
