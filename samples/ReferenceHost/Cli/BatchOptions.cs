namespace Pulse.ReferenceHost.Cli;

/// <summary>The words after a batch command: options that each take a value once, and names of files.</summary>
internal sealed class BatchOptions
{
    private readonly string _command;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private BatchOptions(string command) => _command = command;

    public List<string> Files { get; } = [];

    public static BatchOptions Parse(string command, IEnumerable<string> words, params ReadOnlySpan<string> known)
    {
        var options = new BatchOptions(command);
        var left = new Queue<string>(words);
        while (left.TryDequeue(out var word))
        {
            if (!word.StartsWith("--", StringComparison.Ordinal))
            {
                options.Files.Add(word);
                continue;
            }

            if (!known.Contains(word))
            {
                throw new UsageException($"{command} has no option \"{word}\". Try: help");
            }

            if (!left.TryDequeue(out var value))
            {
                throw new UsageException($"{command}: {word} needs a value. Try: help");
            }

            if (!options._values.TryAdd(word, value))
            {
                throw new UsageException($"{command}: {word} is given twice.");
            }
        }

        return options;
    }

    public string? Find(string option) => _values.GetValueOrDefault(option);

    public string Require(string option) => _values.GetValueOrDefault(option) is { Length: > 0 } value
        ? value
        : throw new UsageException($"{_command} needs {option}. Try: help");

    public void RefuseFiles()
    {
        if (Files.Count > 0)
        {
            throw new UsageException($"{_command} reads standard input and takes no file: \"{Files[0]}\". Try: help");
        }
    }
}
