using System.Globalization;
using Microsoft.Extensions.Logging;
using MQTTnet.Diagnostics.Logger;

namespace Pulse.Mqtt;

/// <summary>Passes MQTTnet's warnings and errors on.</summary>
internal sealed class BrokerLogger(ILogger<BrokerLogger> logger) : IMqttNetLogger
{
    public bool IsEnabled => true;

    public void Publish(MqttNetLogLevel logLevel, string source, string message, object[]? parameters, Exception? exception)
    {
        if (logLevel == MqttNetLogLevel.Error)
        {
            Log.MqttNetError(logger, Format(message, parameters), exception);
        }
        else if (logLevel == MqttNetLogLevel.Warning)
        {
            Log.MqttNetWarning(logger, Format(message, parameters), exception);
        }
    }

    private static string Format(string message, object[]? parameters) =>
        parameters is null or [] ? message : string.Format(CultureInfo.InvariantCulture, message, parameters);
}
