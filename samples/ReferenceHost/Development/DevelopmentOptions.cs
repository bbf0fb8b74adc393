using System.Net;
using System.Net.Sockets;

namespace Pulse.ReferenceHost.Development;

internal enum IdentityProviderKind
{
    Embedded,
    Keycloak,
}

/// <summary>What development mode can be told on the command line.</summary>
internal sealed record DevelopmentOptions
{
    public required string Root { get; init; }

    public int HttpPort { get; init; } = 5080;

    public int IdentityPort { get; init; } = 5081;

    public int ServicePort { get; init; } = 1883;

    public int DevicePort { get; init; } = 8883;

    public int WebSocketPort { get; init; } = 9001;

    public IdentityProviderKind Provider { get; init; } = IdentityProviderKind.Embedded;

    public bool Fleet { get; init; } = true;

    public LogLevel LogLevel { get; init; } = LogLevel.Warning;

    /// <summary>False turns the database's fsync off: for a demonstration whose data nobody keeps.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Other ports than anybody else's, for a demonstration or a test beside a running host.</summary>
    public DevelopmentOptions OnFreePorts()
    {
        var ports = FreePorts(5);
        return this with
        {
            HttpPort = ports[0],
            IdentityPort = ports[1],
            ServicePort = ports[2],
            DevicePort = ports[3],
            WebSocketPort = ports[4],
        };
    }

    /// <summary>Loopback ports nobody listens on at this moment, all different.</summary>
    public static IReadOnlyList<int> FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.ConvertAll(listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }

    /// <summary>Says which port is taken before anything has been started.</summary>
    /// <exception cref="UsageException">A port is taken; the text names the option that moves it.</exception>
    public void RefuseTakenPorts()
    {
        (string Option, int Port)[] ports =
        [
            ("--port", HttpPort),
            ("--idp-port", IdentityPort),
            ("--mqtt-port", ServicePort),
            ("--mqtts-port", DevicePort),
            ("--wss-port", WebSocketPort),
        ];
        foreach (var (option, port) in ports)
        {
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
            }
            catch (SocketException taken)
            {
                throw new UsageException(
                    $"Port {port} on 127.0.0.1 cannot be used ({taken.SocketErrorCode}). Stop what listens there, or choose another with {option}.");
            }
        }
    }
}
