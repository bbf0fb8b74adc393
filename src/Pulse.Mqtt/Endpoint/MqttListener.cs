namespace Pulse.Mqtt;

/// <summary>Which listener a connection came in by.</summary>
internal enum MqttListener
{
    Service,
    Device,
    WebSocket,
}
