using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pulse.Mqtt;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Opens the endpoint's listeners on Kestrel.</summary>
public static class PulseMqttKestrelExtensions
{
    /// <summary>Opens the service, device and WebSocket listeners of the registered options. Call it once, in <c>ConfigureKestrel</c>.</summary>
    /// <param name="kestrel">Kestrel's options, with the application's services.</param>
    /// <exception cref="OptionsValidationException">The options are invalid; the message names each setting.</exception>
    public static void ListenPulseMqtt(this KestrelServerOptions kestrel)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        kestrel.ApplicationServices.GetRequiredService<MqttListeners>().Open(kestrel);
    }
}
