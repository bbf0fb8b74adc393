using Microsoft.Extensions.DependencyInjection;
using Pulse.Mqtt;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Answers the WebSocket listener.</summary>
public static class PulseMqttApplicationBuilderExtensions
{
    /// <summary>
    /// Answers everything that arrives on the WebSocket listener: a WebSocket with sub-protocol <c>mqtt</c>, or a refusal. Nothing of it reaches
    /// the rest of the application. Must be the first middleware.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <returns><paramref name="app"/>.</returns>
    public static IApplicationBuilder UsePulseMqttWebSockets(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var endpoint = app.ApplicationServices.GetRequiredService<MqttWebSockets>();
        return app.MapWhen(
            static context => context.Features.Get<MqttListenerFeature>() is { Listener: MqttListener.WebSocket },
            branch =>
            {
                branch.UseWebSockets();
                branch.Run(endpoint.ServeAsync);
            });
    }
}
