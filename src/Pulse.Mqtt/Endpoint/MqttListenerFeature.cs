namespace Pulse.Mqtt;

/// <summary>Marks a connection with the listener it came in by; a port number can be guessed, this cannot.</summary>
internal sealed class MqttListenerFeature(MqttListener listener)
{
    public MqttListener Listener => listener;
}
