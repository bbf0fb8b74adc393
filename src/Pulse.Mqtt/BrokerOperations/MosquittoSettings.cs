namespace Pulse.Mqtt;

/// <summary>The options of one listener, or of the whole broker.</summary>
internal sealed class MosquittoSettings(int line, string name)
{
    private static readonly HashSet<string> GlobalOptions = new(StringComparer.Ordinal)
    {
        "per_listener_settings", "max_queued_messages", "max_queued_bytes", "persistence", "include_dir", "max_inflight_messages", "pid_file", "user",
    };

    private readonly Dictionary<string, (string Value, int Line)> _options = new(StringComparer.Ordinal);

    /// <summary>The <c>listener</c> line; 0 for the whole broker.</summary>
    public int Line => line;

    public string Name => name;

    public static bool IsGlobal(string option) => GlobalOptions.Contains(option);

    public void Set(string option, string value, int at) => _options[option] = (value, at);

    public bool Has(string option) => _options.ContainsKey(option);

    public bool IsTrue(string option) => Value(option) == "true";

    public string? Value(string option) => _options.TryGetValue(option, out var found) ? found.Value : null;

    public int LineOf(string option) => _options.TryGetValue(option, out var found) ? found.Line : line;
}
