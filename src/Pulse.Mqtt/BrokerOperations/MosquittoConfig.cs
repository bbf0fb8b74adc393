namespace Pulse.Mqtt;

/// <summary>A <c>mosquitto.conf</c>, by listener, as Mosquitto 2.0 reads it: the last of an option's lines counts.</summary>
internal sealed class MosquittoConfig
{
    private MosquittoConfig(MosquittoSettings global, List<MosquittoSettings> listeners)
    {
        Global = global;
        Listeners = listeners;
    }

    /// <summary>What stands before the first <c>listener</c> line, and, wherever they stand, the options that belong to no listener.</summary>
    public MosquittoSettings Global { get; }

    public IReadOnlyList<MosquittoSettings> Listeners { get; }

    public static MosquittoConfig Parse(string text)
    {
        var global = new MosquittoSettings(0, "the default listener");
        var listeners = new List<MosquittoSettings>();
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var words = raw.TrimEnd().Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length == 0 || raw.StartsWith('#'))
            {
                continue;
            }

            var (option, value) = (words[0], words.Length > 1 ? words[1] : string.Empty);
            if (option == "listener")
            {
                listeners.Add(new MosquittoSettings(number, $"listener {value}"));
                listeners[^1].Set("listener", value, number);
            }
            else if (listeners.Count > 0 && !MosquittoSettings.IsGlobal(option))
            {
                listeners[^1].Set(option, value, number);
            }
            else
            {
                global.Set(option, value, number);
            }
        }

        return new MosquittoConfig(global, listeners);
    }
}
